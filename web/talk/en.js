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
  close: 'Back to the page',
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
  keys: '→ next   ← back   ↑ ↓ turn   Enter another   F full screen   B blank   R recorded   N notes   Esc leave',
  /** What a figure is drawn from, where that is not the run as it is. */
  recorded: 'recorded', updating: 'updating',
  /** Answers the question that a step asks. */
  reveal: 'Show the answer',
  /** All figures from the recorded demonstration, or live again. */
  replay: 'Show the recorded demonstration', liveAgain: 'Show the live run',
  notes: 'Speaker notes in a second window',
  /** The article's figures are recorded until somebody wants them live. */
  goLive: 'Compute live',
  recordedLead: 'The pictures and numbers below are a recorded demonstration, made by this page from its example pair. “Compute live” makes them anew, here, from your pictures. Nothing is uploaded. The recording was made with the small network, Sketch.',
  noRecording: 'The recorded demonstration could not be fetched. Figures appear as soon as they are computed.',
  /** @param {string} why what the page says is missing */
  noEngine: (why) => `There is no live run here, so all figures are recorded. ${why}`,
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
    labels: ['photo', 'style', 'result'],
    text: [
      'Two pictures go in: a photo, which says what is to be seen, and a painting, which says how. One comes out: the photo, as if it had been painted in that style. Gatys, Ecker and Bethge found in 2015 how to do this with a network that had been trained for something else entirely, to tell dogs from teapots {gatys2015}.',
      'A network is a fixed calculation in layers: each layer computes new numbers from those of the layer before. Its factors, called weights, were found once, in training. Nothing is trained here, and no network draws. What is changed is the result: the red, green and blue value of each pixel. A number, the loss, says how far the result is from what is wanted. At each step all values are changed a little to make the loss smaller. The large picture above was made in this way.',
    ],
  },
  blend: {
    title: 'Why not blend the pixels?',
    line: '',
    labels: ['blended', 'repainted'],
    dial: 'Share of the style in the blend',
    text: [
      'The first idea is to mix: each pixel of the result *x* is a share 1 − *t* of the photo *c* plus a share *t* of the painting *s*. Between 0 and 1 both pictures are visible, one through the other. The house keeps the edges of the photo; nothing is drawn with the strokes of the painting.',
      'A pixel on its own does not know that it belongs to a house, or to a brush stroke. What makes a scene, and what makes a style, is in how pixels stand together. So we need numbers that depend on many pixels at once. A trained network computes such numbers.',
    ],
  },
  trace: {
    title: 'One number of a convolution',
    line: '',
    photo: 'photo: point at a pixel', map: 'The feature map of this channel',
    colours: ['red', 'green', 'blue'],
    inputs: 'inputs', weights: 'weights', sum: 'sum',
    /** @param {string[]} sums @param {string} bias @param {string} sum @param {string} output */
    total: (sums, bias, sum, output) => `${sums.join(' + ')} + bias ${bias} = ${sum}; less than 0 becomes 0: ${output}`,
    /** @param {number} channel @param {number} count */
    channel: (channel, count) => `conv1_1, channel ${channel + 1} of ${count}`,
    text: [
      'conv1_1 is the first convolution of the first block. It has many channels; each computes one number for every pixel. For one such number the network takes the pixel and its eight neighbours, in red, green and blue: 27 numbers between 0 and 1, minus the mean colour of the training pictures. Each is multiplied with a weight of its own, the products are added up, and one more number, the bias *b*, is added. If the sum is less than 0, the output is 0; this cut is called ReLU.',
      'Point at a pixel of the photo: the numbers are those of the network in use, and the output is the pixel of the feature map on the right. The same 27 weights are used at every pixel; that is what makes a channel look for the same thing everywhere. In the talk, the arrow keys change the channel. Later layers do the same with all maps of the layer before them: with 64 maps there are 9 × 64 = 576 products for one number.',
    ],
  },
  blocks: {
    title: 'Five blocks of feature maps',
    line: '',
    labels: ['photo', 'style', 'result'],
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
      'The part of VGG-19 {simonyan2015} that is used here is its first fourteen convolutions, in five blocks; between blocks the maps are halved in width and height. conv4_2 is the second convolution of block 4. Each convolution looks at three by three numbers of the layer before it and answers with one number for each of its channels: how much of what this channel looks for is here. A channel’s answers for the whole picture are a feature map, and *F*, the maps of a layer, is what the network sees there.',
      'In the first block channels find edges and colours, and the map looks like the photo. With each block a channel sees further, and says less about where and more about what: a curve, a window, a roof. By the fifth, a map of a dozen pixels across is bright where something is that the network has a notion of. The low layers know the detail, the high ones the meaning.',
      'Press a map to enlarge it and to choose among the 12 channels that vary most. The same channel is shown for all three pictures in the same measure. If the small network is chosen, what you see is Sketch: VGG-19’s layout with a quarter of the channels, trained to see as VGG-19 does.',
    ],
  },
  content: {
    title: 'Content: is it still that scene?',
    line: '',
    labels: ['photo', 'result', 'difference'],
    loss: 'content loss',
    text: [
      'Result and photo show the same scene if the network sees the same in both, in a layer deep enough not to mind how an edge is drawn. For the content loss, each number of the result’s maps at conv4_2 is subtracted from the photo’s number at the same place. The differences are squared and added up; the sum is divided by the sum of the squares of the photo’s own numbers. (‖ ‖² in the formula means: square all numbers and add.) 0: the maps are equal. 1: the differences are as large as the photo’s maps themselves.',
      'A deeper layer leaves more freedom: the example that Keras ships compares at block5_conv2 {keras}, and calls the plain sum of squares the loss. Here the content and style losses are divided by the size of their targets, so that the same weights mean about the same for every pair of pictures.',
    ],
  },
  gram: {
    title: 'Style: what occurs together',
    line: '',
    labels: ['maps', 'each a row', 'Gram matrix'],
    map: 'A feature map of the style', flat: 'The maps of the style, each laid out as a row', matrix: 'The Gram matrix of these rows',
    text: [
      'A style is not in one place. Yellow dabs beside blue ones, strokes that bend: it is in which features occur together, wherever that is. So the place is thrown away. Each map is written as one long row of numbers. For two channels *i* and *j*, the two numbers at the same position are multiplied; the mean of these products over all positions is one number. The table of these numbers for all pairs of channels, each channel with itself too, is the Gram matrix. The figure shows 12 channels.',
      'Its entry *i*, *j* is large if channel *i* and channel *j* tend to be bright in the same places, and small if they do not. It describes texture {gatys2015}. Where in the picture something is, is lost; small pieces, as large as what one channel sees, are not. Li et al. showed that comparing Gram matrices is one way to compare the distributions of features, that is, how often which values occur {li2017}. But only the means of products of two values are compared; all else about the distributions may differ.',
    ],
  },
  shuffle: {
    title: 'Shuffled positions, same Gram matrix',
    line: '',
    before: 'as it is', after: 'shuffled',
    /** @param {string} of */
    map: (of) => `A feature map of the style, ${of}`,
    /** @param {string} of */
    gram: (of) => `The Gram matrix of the maps, ${of}`,
    difference: 'largest difference of the two matrices',
    texture: 'A picture painted from noise with the style loss alone', textureCaption: 'all that the style loss knows',
    text: [
      'Here the positions of the feature maps are shuffled, in the same way for every channel. Nothing can be recognised in the maps any more. The Gram matrix is computed again from the shuffled maps, and it is the same: each entry is a sum over all positions, and a sum does not care about order. The number shows the largest difference, which is rounding. This holds for the maps. If the pixels of the picture itself were shuffled, each pixel would have other neighbours, the maps would be others, and so would the Gram matrix. If each channel were shuffled differently, it would change too.',
      'So the Gram matrix does not say where in the picture anything is. Noise is a picture of random colours. The picture on the right shows what it does know: it was painted from noise, with the style loss alone and without any photo. It has the colours and strokes of the style, in no particular place.',
    ],
  },
  style: {
    title: 'Two styles, compared',
    line: '',
    labels: ['style', 'result', 'difference'],
    /** @param {string} layer */
    loss: (layer) => `of ${layer}`,
    text: [
      'For the style loss, the Gram matrices of result and style are subtracted, the differences squared and added up, and the sum divided by that of the squares of the style’s matrix. This is done for one layer of each block; the mean of the five is the style loss (*w* is the share of a layer, here 1/5). The figure shows 12 channels of one layer.',
      'Several styles can be mixed, bound to a part of the picture each, or taken without their colours, by small changes to what is compared {gatys2017}. The page’s default compares two things instead, in four of the blocks: the mean of each channel, and the Gram matrix of the maps after these means are subtracted. That matrix is called the covariance. It leaves the fifth block out, because faces and objects stay whole without it.',
    ],
  },
  layers: {
    title: 'Which layer gives what',
    line: '',
    style: 'style from one layer', content: 'content from one layer',
    labels: ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1', 'all five', 'conv2_2', 'conv4_2', 'conv5_2'],
    text: [
      'The same pair again: content as before, style from one layer only. conv1_1 brings colours and little else. With each block the shapes that are copied become larger: dots, then strokes, then whole swirls. The last picture uses all five together.',
      'The second row does the same for content: from noise, without any style, the picture is changed until one layer sees in it what it sees in the photo. conv2_2 brings back nearly every pixel. conv4_2 keeps the scene and lets go of the exact edges and colours, which is why it is the layer used for content. conv5_2 keeps only roughly what is where {gatys2015}.',
    ],
  },
  variation: {
    title: 'Total variation: neighbours should agree',
    line: '',
    labels: ['result', 'shifted right', 'shifted down'],
    loss: 'total variation',
    text: [
      'With content and style alone, fine speckle appears: it makes the losses smaller, but looks wrong. Total variation is a third loss against it. The picture is shifted by one pixel to the right, and down, and subtracted from itself. The differences are squared; the mean for right plus the mean for down is the loss. Where neighbours are equal, it is 0.',
      'The idea comes from image restoration; it was brought to pictures made through networks by Mahendran and Vedaldi {mahendran2015}, and is part of the recipes of Johnson et al. {johnson2016} and of Keras {keras}. Too much of it washes the brush strokes away.',
    ],
  },
  gradient: {
    title: 'The gradient in the pixels',
    line: '',
    labels: ['content', 'style', 'smoothness', 'all together'],
    text: [
      'The loss *L* is the sum of the three losses, each times a weight that you choose. For each colour value of each pixel one can compute: if it grew a little, how fast would *L* grow? These numbers together are the gradient, written ∂*L*/∂*x*. For content and style they are computed backwards through the layers, from the last to the first. A step subtracts the gradient times a small number *η*, the step size. The figure shows the change, so the gradient with its sign reversed: brighter than grey means that the pixel should become brighter.',
      'Training uses the same backward calculation, but another loss and many pictures. There the pictures stay and the network’s weights are changed; here the weights stay and the pixels are changed.',
    ],
  },
  descent: {
    title: 'Gradient descent and L-BFGS',
    line: '',
    labels: ['gradient descent', 'L-BFGS'],
    hidden: ['A', 'B'],
    question: 'One of these is plain gradient descent, the other is L-BFGS. Which is L-BFGS?',
    answer: 'B is L-BFGS: with as many evaluations its loss is lower.',
    loss: 'loss left',
    chart: 'The loss of both, on a logarithmic scale, by number of evaluations',
    axis: 'loss, by evaluations',
    text: [
      'Gradient descent always goes against the gradient. That is slow where *L* changes much faster in one direction than in another: the steps go to and fro. The curvature *H* says how each number of the gradient changes with each colour value. Newton’s method uses all of *H* to choose a better direction (*H*⁻¹ means, roughly, divided by *H*); for 256 by 192 pixels that is a table of 147,456 rows and as many columns, too large. L-BFGS estimates this direction from the last few changes of picture and gradient: ten here, five in the page’s default {liu1989}. The default also makes steps longer for coarse structure than for fine: a preconditioner.',
      'Both start from the photo; only the memory differs. Along each direction both try one or more step lengths. Each try is one evaluation: the loss and its gradient are computed once. A bad try is rejected and the picture stays as it was. The page’s default is L-BFGS.',
      'Adam {kingma2015} can be chosen instead. For each colour value it keeps a running mean of the gradient and one of its square. From the value it subtracts the first mean, divided by the square root of the second, times a step size. It tries nothing: one step is always one evaluation, and the loss may rise. So 50 steps of Adam change the picture 50 times, and 50 evaluations of L-BFGS fewer times. 50 rounds of the Keras recipe are up to 50 × 20 = 1,000 evaluations. This page counts evaluations as steps.',
    ],
  },
  without: {
    title: 'What if style counts for nothing?',
    line: '',
    labels: ['photo', 'style', 'style weight 0'],
    question: 'The style weight is set to 0. What will the result look like?',
    answer: 'Almost like the photo: it starts there, and only smoothness changes it.',
    text: [
      'Content, style and smoothness each have a weight, *α*, *β* and *γ*. These are settings, not the network’s weights. Here *β* is 0.',
      'The optimisation starts from the photo, where the content loss is 0. Only smoothness changes pixels, so the result is the photo, slightly smoothed. From noise, it would approach a picture with the same maps at conv4_2: the same scene, without its exact edges and colours.',
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
      'The optimisation makes one number *L* smaller: the three losses, each times its weight, added up. No method computes the weights; they are chosen by eye. In a live run, move a slider: the run goes on from its present picture.',
      'With content weight 0 the photo is no target any more. From noise this gives a texture; from the photo its rough layout can remain. With style weight 0 the style is no target any more; the picture moves back towards the scene of the photo, not necessarily to its exact colours. With smoothness weight 0 there is fine speckle.',
    ],
  },
  raised: {
    title: 'Which weight was raised?',
    line: '',
    labels: ['before', 'after'],
    question: 'One of the three weights was raised: content, style or smoothness. Which one?',
    answer: 'Smoothness: neighbouring pixels agree, and the strokes are washed out.',
    text: [
      'Both pictures have the same photo and style. On the right, one weight is more than forty times as large.',
      'It is the weight of total variation. Differences between neighbouring pixels now raise *L* so much that the fine strokes disappear.',
    ],
  },
  styles: {
    title: 'One photo, three styles',
    line: '',
    labels: ['', '', ''],
    /** Names of the styles of the recorded demonstration. */
    recorded: ['Wind over wheat', 'Red sun woodcut', 'Stained glass'],
    style: 'The style', painting: 'The photo, being painted',
    /** @param {string} name */
    inStyle: (name) => `The photo in the style of ${name.replace(/\.\w+$/, '')}`,
    text: [
      'Photo, network and weights are the same; only the style picture differs. Johnson et al. trained a network for one style that then paints any photo in one pass {johnson2016}: a thousand times faster, but each painter is a training of hours, and what you see here needs none.',
    ],
  },
  iterations: {
    title: 'Number of steps',
    line: '',
    early: 'after 50 steps', late: 'now',
    /** @param {number} n */
    after: (n) => `after ${number(n)} steps`,
    text: [
      'After fifty steps one can see what it will be. Later changes are smaller: strokes become complete, flat areas get texture. The current Keras example saves a picture every 100 steps and ends after 4,000 {keras}.',
    ],
  },
  keras: {
    title: 'The recipe of the Keras example',
    line: '',
    labels: ['after 50 steps', 'after 4,000 steps'],
    heads: ['loss', 'weight', 'sum of squares in Keras', 'the same here'],
    rows: ['content', 'style', 'smoothness'],
    weights: ['0.025', '1', '1'],
    here: ['÷ the photo’s own sum', '÷ the style’s own sum', 'mean instead of sum, no power 1.25'],
    text: [
      'The Keras example {keras} compares content at block5_conv2 and style at the first layer of every block, and adds total variation. Its older version has the weights 0.025, 1 and 1; the current one 2.5·10⁻⁸, 10⁻⁶ and 10⁻⁶, in the same ratio. Its losses are sums of squares, with pixels of 0 to 255, so they are large and depend on the picture’s size. In its style loss *C* is 3 and *N* is the number of pixels of the picture, for all layers.',
      'By default this page divides content and each style layer by the size of its target, and takes the mean for smoothness. The preset “Keras example” keeps Keras’ sums. For one pair of pictures, Keras’ weights can be converted for content, and for style layer by layer. For smoothness they cannot, because Keras raises the squares to the power of 1.25.',
      'The older version uses L-BFGS in rounds of at most 20 evaluations, the current one 4,000 steps of gradient descent. The preset “Keras example” follows the older: 50 rounds, up to 1,000 evaluations. Both pictures are recorded, with L-BFGS, after 50 and 4,000 evaluations.',
    ],
  },
  others: {
    title: 'Pix2Pix and CycleGAN',
    line: '',
    heads: ['', 'needs', 'is trained', 'makes a picture'],
    rows: [
      ['Style transfer, here', 'one photo, one style', 'not at all', 'in minutes, by changing its pixels'],
      ['Pix2Pix', 'pairs: sketch and photo of the same shoe', 'for hours, for one task', 'at once, by a network that draws'],
      ['CycleGAN', 'two unpaired sets: horses, zebras', 'for days, on both sets; translated there and back, a picture must match', 'at once, by a network that draws'],
    ],
    text: [
      'Two other methods are often named together with style transfer. Pix2Pix {isola2017} learns from pairs of pictures, such as outlines and photos of the same things, to turn one kind into the other. A second network learns to tell its results from real ones, and so teaches it what looks real. CycleGAN {zhu2017} needs no pairs, only two unpaired sets, such as photos and paintings of Monet. In training, a picture translated there and back must come out nearly as it was. Here too, further networks judge what looks real.',
      'Both train a network on many pictures for one task, which afterwards draws any picture at once. What this page does trains nothing and needs a single style picture, but it has to search anew for every result.',
    ],
  },
  closing: {
    title: 'That is all of it.',
    line: 'Your pictures never left this machine.',
    painting: 'The result', caption: '', read: 'To read on', shown: ['gatys2015', 'simonyan2015', 'johnson2016', 'gatys2017', 'keras'],
    text: [
      'A fixed network, three losses, and a picture whose pixels are changed to make their weighted sum smaller: that is all. The page behind this talk does the same with your own pictures, larger, with masks and several styles, and without sending them anywhere.',
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
  isola2017: { short: 'Isola et al. 2017 (Pix2Pix)', full: 'P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros: Image-to-Image Translation with Conditional Adversarial Networks. CVPR 2017.', href: 'https://arxiv.org/abs/1611.07004' },
  zhu2017: { short: 'Zhu et al. 2017 (CycleGAN)', full: 'J.-Y. Zhu, T. Park, P. Isola, A. A. Efros: Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks. ICCV 2017.', href: 'https://arxiv.org/abs/1703.10593' },
  kingma2015: { short: 'Kingma and Ba 2015', full: 'D. P. Kingma, J. Ba: Adam: A Method for Stochastic Optimization. ICLR 2015.', href: 'https://arxiv.org/abs/1412.6980' },
};

/** The words that stand in formulas. */
export const terms = { content: 'content', style: 'style', tv: 'tv', mean: 'mean' };

/** The formulas of math.js, as they are read aloud. */
export const aloud = {
  blend: 'x equals one minus t times c, plus t times s',
  convolution: 'y equals the maximum of zero and b plus the sum over colours c and neighbours k of w c k times x c k',
  kerasContent: 'the sum of the squares of F of x minus F of c',
  kerasStyle: 'the mean over the layers of the squared distance of the Gram matrices over four C squared N squared',
  kerasTv: 'the sum over pixels of the squared differences to the power of 1.25',
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

/** What a speaker may say at each step. */
export const notes = {
  opening: 'Name the three pictures: photo, style, result. The result is being computed on this machine, now. No network is trained.',
  blend: 'Turn the slider. Both pictures stay visible: mixing pixels does not repaint anything. We need a measure that looks at more than one pixel.',
  trace: 'Point at an edge in the photo. 27 numbers times 27 weights, plus one: that is all a convolution does. Below 0 it is cut to 0.',
  blocks: 'From left to right: details to meaning. Enlarge one map with Enter. Block 1 still shows the photo, block 5 only what is where.',
  content: 'Same scene = same feature maps at conv4_2. The number is the squared distance, divided by the photo’s own square. 0 is equal.',
  gram: 'Lay each map out as a row. Multiply every row with every other. The place is summed away; what occurs together stays.',
  shuffle: 'Ask first: what happens to the matrix if we shuffle? Press Enter to shuffle again. The texture on the right is all the style loss knows.',
  style: 'Two Gram matrices, one difference. Arrow keys change the layer. The difference shrinks while the run goes on.',
  layers: 'Low layers: colour and grain. High layers: large shapes. All five together. Second row: what content each layer remembers.',
  variation: 'Shift by one pixel and subtract. Where neighbours agree, nothing is left. It removes speckle.',
  gradient: 'One push for every pixel and colour. In training the weights move; here the pixels move. Same backward pass.',
  descent: 'Let the room vote before you go on. Then: L-BFGS remembers the last ten steps, and gets further with as many evaluations.',
  without: 'Let the room guess. Answer: the photo stays. It starts there, and the content loss is 0.',
  weights: 'Turn the weights with the arrow keys. The run follows at once. Enter chooses the next weight.',
  raised: 'Let the room vote: content, style or smoothness? Answer: smoothness, forty times.',
  styles: 'Same photo, same network, same weights. Only the target Gram matrices differ. Nothing was trained for any of them.',
  iterations: 'Most happens in the first hundred steps. Compare the details of strokes and flat areas.',
  keras: 'The weights of the older Keras example: 0.025, 1, 1. Sums of squares have many digits; relative losses make the weights comparable.',
  others: 'Pix2Pix: pairs. CycleGAN: two unpaired sets. Both train for hours and then draw at once. Here: no training, one style picture.',
  closing: 'All of it ran here; nothing was uploaded. Questions?',
};

/** The speaker's window. */
export const speaker = {
  title: 'Speaker notes',
  next: 'Next',
  last: 'This is the last step.',
  plan: 'Length of the talk',
  /** @param {number} minutes @param {number} steps */
  minutes: (minutes, steps) => `${minutes} minutes, ${steps} steps`,
  elapsed: 'elapsed',
  /** @param {string} time */
  due: (time) => `this step ends at ${time}`,
  restart: 'Restart the clock',
  back: 'Back', on: 'Next step', blank: 'Blank', replay: 'Recorded',
  waiting: 'No talk is open. Open the talk in another window of this browser, and this window follows it.',
  /** @param {number} n @param {number} of */
  step: (n, of) => `${n} of ${of}`,
};
