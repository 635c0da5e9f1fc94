/**
 * Every word of the talk and of the article, in English. A step has few words for the stage (`title`, `line`, `labels`) and paragraphs to
 * be read (`text`), in which {name} cites a source of `sources` and *this* is a letter of a formula. Another language puts its own words
 * over all of it when the talk opens (web/talk/de.js).
 */

import { number } from '../i18n/numbers.js';

export const show = {
  name: 'How style transfer works',
  talk: 'Talk',
  article: 'Article',
  close: 'Back to the studio',
  before: 'Step back',
  after: 'Next step',
  full: 'Fill the screen',
  loading: 'The engine is getting ready',
  sources: 'Sources',
  contents: 'Contents',
  /** @param {number} n @param {number} of @param {string} title */
  step: (n, of, title) => `${n} of ${of}: ${title}`,
  /** @param {string} name */
  figure: (name) => `Live: ${name}`,
  keys: '→ next   ← back   ↑ ↓ turn   Enter another   F full screen   B blank   Esc leave',
  /** Where nobody knows which network it is. */
  someNetwork: 'a network',
  processor: 'the processor',
  card: 'the graphics card',
  /** What the article stands on. @param {string} network @param {string} where */
  runs: (network, where) => `Every picture and number below is computed here, now, by ${network} on ${where}, from the run in progress. Nothing is uploaded.`,
};

export const words = {
  opening: {
    title: 'Paint it like that.',
    line: 'Live, in this browser',
    labels: ['photo', 'manner', 'painting'],
    text: [
      'Two pictures go in: a photo, which says what is to be seen, and a painting, which says how. One comes out: the photo, as if it had been painted in that manner. Gatys, Ecker and Bethge found in 2015 how to do this with a network that had been trained for something else entirely, to tell dogs from teapots {gatys2015}.',
      'No network is trained here, and none draws. The pixels of the painting themselves are what is looked for: they are changed, a little at a time, until a network that looks at the result sees the scene of the one and the manner of the other. The painting above is being made in this way while you read.',
    ],
  },
  blend: {
    title: 'Why not blend the pixels?',
    line: '',
    labels: ['blended', 'repainted'],
    dial: 'Share of the style in the blend',
    text: [
      'The first idea anybody has is to mix: each pixel of the result *x* is a bit of the photo *c* and a bit of the painting *s*. The result is two ghosts. Wherever *α* stands, both pictures are there, and neither is changed by the other: a house is still drawn with the camera’s edges, with the painting’s sky shining through it.',
      'A pixel on its own does not know that it belongs to a house, or to a brush stroke. What makes a scene, and what makes a manner, is in how pixels stand together. To measure that, one has to look as something that has learnt to see looks.',
    ],
  },
  blocks: {
    title: 'Five blocks that see',
    line: '',
    labels: ['photo', 'manner', 'painting'],
    low: 'detail', high: 'meaning',
    all: 'All blocks',
    /** @param {number} n */
    block: (n) => `block ${n}`,
    /** @param {string} layer @param {string} of */
    enlarge: (layer, of) => `Enlarge ${layer}: ${of}`,
    /** @param {string} layer @param {number} n */
    channel: (layer, n) => `${layer}, the channel that varies ${n === 0 ? 'most' : `most but ${n}`}`,
    /** @param {string} layer @param {number} channel @param {number} count */
    which: (layer, channel, count) => `${layer}, channel ${channel + 1} of ${count}`,
    text: [
      'VGG-19 {simonyan2015} is sixteen convolutions in five blocks, and between blocks the picture is halved. Each convolution looks at three by three numbers of the layer before it and answers with one number for each of its channels: how much of what this channel looks for is here. A channel’s answers for the whole picture are a feature map, and *F*, the maps of a layer, is what the network sees there.',
      'In the first block channels find edges and colours, and the map looks like the photo. With each block a channel sees further, and says less about where and more about what: a curve, a window, a roof. By the fifth, a map of a dozen pixels across is bright where something is that the network has a notion of. The low layers know the detail, the high ones the meaning.',
      'Press a map to enlarge it; all channels of the layer are there. The same channel is shown for all three pictures in the same measure. If the small network is chosen, what you see is Sketch: VGG-19’s layout with a quarter of the channels, trained to see as VGG-19 does.',
    ],
  },
  content: {
    title: 'Content: is it still that scene?',
    line: '',
    labels: ['photo', 'painting', 'difference'],
    loss: 'content loss',
    text: [
      'Painting and photo show the same scene if the network sees the same in both, in a layer deep enough not to mind how an edge is drawn. The content loss is the squared distance between the two sets of feature maps, here at conv4_2, over the photo’s own. At 0 they are the same; at 1 the painting is as far away as an empty canvas.',
      'A deeper layer leaves more freedom: the example that Keras ships compares at block5_conv2 {keras}, and calls the plain sum of squares the loss. Here each loss is divided by what its target is, so that the same weights mean the same for every pair of pictures.',
    ],
  },
  gram: {
    title: 'Style: what occurs together',
    line: '',
    labels: ['maps', 'each a row', 'Gram matrix'],
    map: 'A feature map of the style', flat: 'The maps of the style, each laid out as a row', matrix: 'The Gram matrix of these rows',
    text: [
      'A manner is not in one place. Yellow dabs beside blue ones, strokes that bend: it is in which features occur together, wherever that is. So the place is thrown away. Each map is laid out as one long row of numbers, and every row is multiplied with every other and added up. The result, with a row and a column for each channel, is the Gram matrix.',
      'Its entry *i*, *j* is large if channel *i* and channel *j* tend to be bright in the same places, and small if they do not. Shuffle the pixels of the layer as you like, and it stays the same: a description of texture, without a trace of the scene {gatys2015}. Comparing Gram matrices compares the distributions of features, as has been shown since {li2017}.',
    ],
  },
  style: {
    title: 'Two manners, compared',
    line: '',
    labels: ['manner', 'painting', 'difference'],
    /** @param {string} layer */
    loss: (layer) => `of ${layer}`,
    text: [
      'The style loss is the distance between the Gram matrix of the style and that of the painting, over the style’s own, added up over a layer of every block: conv1_1 for colour and grain, conv5_1 for large shapes. Both matrices are shown as they are at this moment; what is left between them is what the painting still has to learn.',
      'Several manners can be mixed, bound to a part of the picture each, or taken without their colours, by small changes to what is compared {gatys2017}.',
    ],
  },
  variation: {
    title: 'Neighbours should agree',
    line: '',
    labels: ['painting', 'shifted right', 'shifted down'],
    loss: 'total variation',
    text: [
      'Left alone, the search finds pictures that please the network and not the eye: speckle. Total variation puts a price on that. The picture is shifted by one pixel to the right, and down, and compared with itself: where neighbours agree, nothing is left. The price is the mean square of what is left.',
      'The idea comes from image restoration; it was brought to pictures made through networks by Mahendran and Vedaldi {mahendran2015}, and is part of the recipes of Johnson et al. {johnson2016} and of Keras {keras}. Too much of it washes the brush strokes away.',
    ],
  },
  gradient: {
    title: 'Every pixel gets a push',
    line: '',
    labels: ['content', 'style', 'smoothness', 'all together'],
    text: [
      'All three losses can be differentiated all the way back through the network to the pixels. The gradient has a number for every pixel and colour, so it is a picture: here, where it is brighter than grey that pixel should grow brighter, where it is darker it should grow darker. Content pulls back to the photo where the painting has left it, style wants strokes everywhere, smoothness fights both.',
      'In training, the pixels stay and the network’s weights move. Here the weights stay and the pixels move. Nothing else is different: it is the same backward pass.',
    ],
  },
  descent: {
    title: 'Downhill, with and without memory',
    line: '',
    labels: ['gradient descent', 'L-BFGS'],
    loss: 'loss left',
    chart: 'The loss of both, on a logarithmic scale, by number of evaluations',
    axis: 'loss, by evaluations',
    text: [
      'Going straight downhill is slow where the hill is a valley: the steepest way leads from one slope to the other. Newton’s method would divide by the curvature *H*, but for a picture of 256 by 192 pixels that is a matrix of 147,456 rows. L-BFGS remembers how the gradient changed over the last ten steps, and makes do with that {liu1989}.',
      'Both start from the photo, on the same pair and with the same search along each direction; the one difference is the memory. The original paper and the Keras example use L-BFGS {gatys2015} {keras}. The page itself usually paints with Adam {kingma2015}, which needs no search and no answer from the graphics card.',
    ],
  },
  weights: {
    title: 'Three weights',
    line: '',
    painting: 'the run',
    labels: ['content', 'style', 'smoothness'],
    greek: ['α', 'β', 'γ'],
    /** @param {string} of */
    lossOf: (of) => `${of} loss`,
    text: [
      'What is minimised is a weighted sum, and the weights are taste. Turn them: the run above follows at once, and goes on from where it is. Without content only manner is left, a texture. Without style the photo comes back. Without smoothness the surface prickles.',
    ],
  },
  styles: {
    title: 'One photo, three painters',
    line: '',
    labels: ['', '', ''],
    manner: 'The style', painting: 'The photo, being painted',
    /** @param {string} name */
    inManner: (name) => `The photo in the manner of ${name.replace(/\.\w+$/, '')}`,
    text: [
      'The photo, the network and the weights are the same in all three; only the Gram matrices that are aimed at differ. Johnson et al. trained a network for one style that then paints any photo in one pass {johnson2016}: a thousand times faster, but each painter is a training of hours, and what you see here needs none.',
    ],
  },
  iterations: {
    title: 'Patience',
    line: '',
    early: 'after 50 steps', late: 'now',
    /** @param {number} n */
    after: (n) => `after ${number(n)} steps`,
    text: [
      'Fifty steps are enough to see what it will be, and the Keras example stops to show the picture there; its author lets it run for four thousand {keras}. What comes after the first hundred is small: strokes find their ends, flat areas their grain. The run of this page has been going on since you opened it, and is the one on the right.',
    ],
  },
  closing: {
    title: 'All of it ran right here.',
    line: 'Your pictures never left this machine.',
    painting: 'The painting', caption: '', read: 'To read on', shown: ['gatys2015', 'simonyan2015', 'johnson2016', 'gatys2017', 'keras'],
    text: [
      'A network that learnt to name things, two sums of squares, and a photo that is let go downhill: that is the whole of it. The studio behind this page does the same with your own pictures, larger, with masks and several manners, and without sending them anywhere.',
    ],
  },
};

/** @type {Record<string, { short: string, full: string, href: string }>} */
export const sources = {
  gatys2015: { short: 'Gatys et al. 2015', full: 'L. A. Gatys, A. S. Ecker, M. Bethge: A Neural Algorithm of Artistic Style. 2015.', href: 'https://arxiv.org/abs/1508.06576' },
  gatys2017: { short: 'Gatys et al. 2017', full: 'L. A. Gatys, A. S. Ecker, M. Bethge, A. Hertzmann, E. Shechtman: Controlling Perceptual Factors in Neural Style Transfer. CVPR 2017.', href: 'https://arxiv.org/abs/1611.07865' },
  simonyan2015: { short: 'Simonyan and Zisserman 2015', full: 'K. Simonyan, A. Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015.', href: 'https://arxiv.org/abs/1409.1556' },
  johnson2016: { short: 'Johnson et al. 2016', full: 'J. Johnson, A. Alahi, L. Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution. ECCV 2016.', href: 'https://arxiv.org/abs/1603.08155' },
  keras: { short: 'The Keras example', full: 'F. Chollet: Neural style transfer. Keras code examples, 2016.', href: 'https://keras.io/examples/generative/neural_style_transfer/' },
  mahendran2015: { short: 'Mahendran and Vedaldi 2015', full: 'A. Mahendran, A. Vedaldi: Understanding Deep Image Representations by Inverting Them. CVPR 2015.', href: 'https://arxiv.org/abs/1412.0035' },
  li2017: { short: 'Li et al. 2017', full: 'Y. Li, N. Wang, J. Liu, X. Hou: Demystifying Neural Style Transfer. IJCAI 2017.', href: 'https://arxiv.org/abs/1701.01036' },
  liu1989: { short: 'Liu and Nocedal 1989', full: 'D. C. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization. Mathematical Programming 45, 1989.', href: 'https://doi.org/10.1007/BF01589116' },
  kingma2015: { short: 'Kingma and Ba 2015', full: 'D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization. ICLR 2015.', href: 'https://arxiv.org/abs/1412.6980' },
};

/** The words that stand in formulas. */
export const terms = { content: 'content', style: 'style', tv: 'tv', mean: 'mean' };

/** The formulas of math.js, as they are read aloud. */
export const aloud = {
  blend: 'x equals one minus alpha times c, plus alpha times s',
  features: 'F of x: C channels of h by w numbers',
  content: 'content loss: squared distance of F of x from F of c, over the square of F of c',
  gram: 'G equals F times F transposed, over h w',
  gramSum: 'G i j: the sum over all pixels k of F i k times F j k, over h w',
  style: 'style loss: over the layers, squared distance of G of x from G of s, over the square of G of s',
  tv: 'total variation: mean square of each pixel’s right neighbour less itself, plus the same downwards',
  tvSum: 'total variation: mean of the squared difference to the right neighbour plus mean of the squared difference to the lower neighbour',
  total: 'L equals alpha times content plus beta times style plus gamma times total variation',
  gradient: 'x becomes x minus eta times the gradient of L in x',
  newton: 'x becomes x minus eta times H inverse times the gradient of L in x',
};
