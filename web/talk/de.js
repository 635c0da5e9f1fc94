/** The talk and the article in German. What each word is for is said in en.js. */

import { number } from '../i18n/numbers.js';
import * as english from './en.js';

/** Sources as they are cited; their titles stay as they were printed. @type {Record<string, string>} */
const SHORT = {
  simonyan2015: 'Simonyan und Zisserman 2015', keras: 'Das Keras-Beispiel', mahendran2015: 'Mahendran und Vedaldi 2015',
  liu1989: 'Liu und Nocedal 1989', kingma2015: 'Kingma und Ba 2015',
};

/** @satisfies {import('../types').TalkWords} */
export const german = {
  show: {
    name: 'Wie Stilübertragung geht',
    talk: 'Vortrag',
    article: 'Artikel',
    close: 'Zurück zum Atelier',
    before: 'Schritt zurück',
    after: 'Nächster Schritt',
    full: 'Den ganzen Bildschirm füllen',
    loading: 'Die Engine wird bereit gemacht',
    sources: 'Quellen',
    contents: 'Inhalt',
    step: (n, of, title) => `${n} von ${of}: ${title}`,
    figure: (name) => `Live: ${name}`,
    keys: '→ weiter   ← zurück   ↑ ↓ drehen   Enter ein anderes   F Vollbild   B schwarz   Esc verlassen',
    someNetwork: 'einem Netz',
    processor: 'dem Prozessor',
    card: 'der Grafikkarte',
    runs: (network, where) => `Jedes Bild und jede Zahl hier unten wird hier und jetzt berechnet, von ${network} auf ${where}, aus dem Lauf, der gerade im Gang ist. Nichts wird hochgeladen.`,
  },

  words: {
    opening: {
      title: 'Mal es so.',
      line: 'Live, in diesem Browser',
      labels: ['Foto', 'Manier', 'Gemälde'],
      text: [
        'Zwei Bilder gehen hinein: ein Foto, das sagt, was zu sehen sein soll, und ein Gemälde, das sagt, wie. Eines kommt heraus: das Foto, als wäre es in dieser Manier gemalt. Gatys, Ecker und Bethge fanden 2015 heraus, wie das mit einem Netz geht, das für etwas ganz anderes trainiert worden war: Hunde von Teekannen zu unterscheiden {gatys2015}.',
        'Hier wird kein Netz trainiert, und keines zeichnet. Gesucht werden die Pixel des Gemäldes selbst: Sie werden nach und nach verändert, bis ein Netz, das das Ergebnis ansieht, darin das Motiv des einen und die Manier des anderen sieht. Das Gemälde oben entsteht auf diese Weise, während Sie lesen.',
      ],
    },
    blend: {
      title: 'Warum nicht die Pixel mischen?',
      line: '',
      labels: ['gemischt', 'neu gemalt'],
      dial: 'Anteil des Stils an der Mischung',
      text: [
        'Der erste Gedanke, den jeder hat, ist zu mischen: Jedes Pixel des Ergebnisses *x* ist ein wenig vom Foto *c* und ein wenig vom Gemälde *s*. Heraus kommen zwei Gespenster. Wo *α* auch steht, sind beide Bilder da, und keines wird vom anderen verändert: Ein Haus ist noch mit den Kanten der Kamera gezeichnet, und der Himmel des Gemäldes scheint hindurch.',
        'Ein Pixel für sich weiß nicht, dass es zu einem Haus gehört oder zu einem Pinselstrich. Was ein Motiv ausmacht und was eine Manier, liegt darin, wie Pixel zusammenstehen. Um das zu messen, muss man hinsehen wie etwas, das sehen gelernt hat.',
      ],
    },
    blocks: {
      title: 'Fünf Blöcke, die sehen',
      line: '',
      labels: ['Foto', 'Manier', 'Gemälde'],
      low: 'Einzelheit', high: 'Bedeutung',
      all: 'Alle Blöcke',
      block: (n) => `Block ${n}`,
      enlarge: (layer, of) => `${layer} vergrößern: ${of}`,
      channel: (layer, n) => `${layer}, der Kanal, der sich ${n === 0 ? 'am meisten' : `nach ${n} anderen am meisten`} ändert`,
      which: (layer, channel, count) => `${layer}, Kanal ${channel + 1} von ${count}`,
      text: [
        'VGG-19 {simonyan2015} besteht aus sechzehn Faltungen in fünf Blöcken, und zwischen den Blöcken wird das Bild halbiert. Jede Faltung sieht drei mal drei Zahlen der Schicht vor ihr an und antwortet mit einer Zahl für jeden ihrer Kanäle: wie viel von dem, was dieser Kanal sucht, hier ist. Die Antworten eines Kanals für das ganze Bild sind eine Merkmalskarte, und *F*, die Karten einer Schicht, ist das, was das Netz dort sieht.',
        'Im ersten Block finden Kanäle Kanten und Farben, und die Karte sieht aus wie das Foto. Mit jedem Block sieht ein Kanal weiter und sagt weniger über das Wo und mehr über das Was: eine Kurve, ein Fenster, ein Dach. Im fünften ist eine Karte von einem Dutzend Pixeln dort hell, wo etwas ist, von dem das Netz einen Begriff hat. Die unteren Schichten kennen die Einzelheit, die oberen die Bedeutung.',
        'Drücken Sie auf eine Karte, um sie zu vergrößern; alle Kanäle der Schicht sind da. Derselbe Kanal wird für alle drei Bilder im selben Maßstab gezeigt. Ist das kleine Netz gewählt, dann sehen Sie Sketch: den Aufbau von VGG-19 mit einem Viertel der Kanäle, darauf trainiert, zu sehen wie VGG-19.',
      ],
    },
    content: {
      title: 'Inhalt: Ist es noch dieses Motiv?',
      line: '',
      labels: ['Foto', 'Gemälde', 'Unterschied'],
      loss: 'Inhaltsverlust',
      text: [
        'Gemälde und Foto zeigen dasselbe Motiv, wenn das Netz in beiden dasselbe sieht, und zwar in einer Schicht, die tief genug ist, dass es ihr gleich ist, wie eine Kante gezeichnet ist. Der Inhaltsverlust ist der quadrierte Abstand zwischen beiden Sätzen von Merkmalskarten, hier bei conv4_2, geteilt durch das Quadrat derer des Fotos. Bei 0 sind sie gleich; bei 1 ist das Gemälde so weit entfernt wie eine leere Leinwand.',
        'Eine tiefere Schicht lässt mehr Freiheit: Das Beispiel, das mit Keras kommt, vergleicht bei block5_conv2 {keras} und nennt die bloße Summe der Quadrate den Verlust. Hier wird jeder Verlust durch die Größe seines Ziels geteilt, sodass dieselben Gewichte für jedes Bilderpaar dasselbe bedeuten.',
      ],
    },
    gram: {
      title: 'Stil: was zusammen vorkommt',
      line: '',
      labels: ['Karten', 'jede eine Zeile', 'Gram-Matrix'],
      map: 'Eine Merkmalskarte des Stils', flat: 'Die Karten des Stils, jede als Zeile ausgelegt', matrix: 'Die Gram-Matrix dieser Zeilen',
      text: [
        'Eine Manier ist nicht an einem Ort. Gelbe Tupfen neben blauen, Striche, die sich biegen: Sie liegt darin, welche Merkmale zusammen vorkommen, wo auch immer. Also wird der Ort weggeworfen. Jede Karte wird als eine lange Zeile von Zahlen ausgelegt, und jede Zeile wird mit jeder anderen malgenommen und aufsummiert. Das Ergebnis, mit einer Zeile und einer Spalte für jeden Kanal, ist die Gram-Matrix.',
        'Ihr Eintrag *i*, *j* ist groß, wenn Kanal *i* und Kanal *j* gern an denselben Stellen hell sind, und klein, wenn nicht. Mischt man die Pixel der Schicht, wie man will, bleibt sie gleich: eine Beschreibung der Textur ohne eine Spur vom Motiv {gatys2015}. Gram-Matrizen zu vergleichen heißt, die Verteilungen der Merkmale zu vergleichen, wie man inzwischen weiß {li2017}.',
      ],
    },
    style: {
      title: 'Zwei Manieren im Vergleich',
      line: '',
      labels: ['Manier', 'Gemälde', 'Unterschied'],
      loss: (layer) => `bei ${layer}`,
      text: [
        'Der Stilverlust ist der Abstand zwischen der Gram-Matrix des Stils und der des Gemäldes, geteilt durch die Größe der ersten, summiert über eine Schicht jedes Blocks: conv1_1 für Farbe und Korn, conv5_1 für große Formen. Beide Matrizen sind so zu sehen, wie sie in diesem Augenblick sind; was zwischen ihnen bleibt, muss das Gemälde noch lernen.',
        'Mehrere Manieren lassen sich mischen, an je einen Teil des Bilds binden oder ohne ihre Farben nehmen, wenn man ein wenig ändert, was verglichen wird {gatys2017}.',
      ],
    },
    variation: {
      title: 'Nachbarn sollen sich einig sein',
      line: '',
      labels: ['Gemälde', 'nach rechts verschoben', 'nach unten verschoben'],
      loss: 'Totalvariation',
      text: [
        'Sich selbst überlassen, findet die Suche Bilder, die dem Netz gefallen und nicht dem Auge: Gesprenkel. Die Totalvariation setzt einen Preis darauf. Das Bild wird um ein Pixel nach rechts verschoben und nach unten und mit sich selbst verglichen: Wo Nachbarn sich einig sind, bleibt nichts. Der Preis ist das mittlere Quadrat dessen, was bleibt.',
        'Der Gedanke kommt aus der Bildrestaurierung; zu Bildern, die durch Netze entstehen, brachten ihn Mahendran und Vedaldi {mahendran2015}, und er gehört zu den Rezepten von Johnson et al. {johnson2016} und von Keras {keras}. Zu viel davon wäscht die Pinselstriche weg.',
      ],
    },
    gradient: {
      title: 'Jedes Pixel bekommt einen Stoß',
      line: '',
      labels: ['Inhalt', 'Stil', 'Glätte', 'alles zusammen'],
      text: [
        'Alle drei Verluste lassen sich durch das ganze Netz hindurch bis zu den Pixeln ableiten. Der Gradient hat eine Zahl für jedes Pixel und jede Farbe, also ist er ein Bild: Wo es hier heller ist als Grau, soll das Pixel heller werden, wo es dunkler ist, dunkler. Der Inhalt zieht zum Foto zurück, wo das Gemälde es verlassen hat, der Stil will überall Striche, die Glätte kämpft gegen beide.',
        'Beim Training bleiben die Pixel, und die Gewichte des Netzes bewegen sich. Hier bleiben die Gewichte, und die Pixel bewegen sich. Sonst ist nichts anders: Es ist derselbe Rückwärtsgang.',
      ],
    },
    descent: {
      title: 'Bergab, mit Gedächtnis und ohne',
      line: '',
      labels: ['Gradientenabstieg', 'L-BFGS'],
      loss: 'Verlust übrig',
      chart: 'Der Verlust von beiden, logarithmisch, nach der Zahl der Auswertungen',
      axis: 'Verlust, nach Auswertungen',
      text: [
        'Geradewegs bergab zu gehen ist langsam, wo der Hang ein Tal ist: Der steilste Weg führt von einer Seite zur anderen. Newtons Verfahren würde durch die Krümmung *H* teilen, doch für ein Bild von 256 mal 192 Pixeln ist das eine Matrix mit 147.456 Zeilen. L-BFGS merkt sich, wie sich der Gradient über die letzten zehn Schritte geändert hat, und kommt damit aus {liu1989}.',
        'Beide beginnen mit dem Foto, mit demselben Paar und derselben Suche entlang jeder Richtung; der eine Unterschied ist das Gedächtnis. Die erste Arbeit und das Keras-Beispiel nehmen L-BFGS {gatys2015} {keras}. Die Seite selbst malt meist mit Adam {kingma2015}, das keine Suche braucht und keine Antwort von der Grafikkarte.',
      ],
    },
    weights: {
      title: 'Drei Gewichte',
      line: '',
      painting: 'der Lauf',
      labels: ['Inhalt', 'Stil', 'Glätte'],
      greek: ['α', 'β', 'γ'],
      lossOf: (of) => `Verlust: ${of}`,
      text: [
        'Kleiner gemacht wird eine gewichtete Summe, und die Gewichte sind Geschmack. Drehen Sie daran: Der Lauf oben folgt sofort und macht weiter, wo er ist. Ohne Inhalt bleibt nur Manier, eine Textur. Ohne Stil kommt das Foto zurück. Ohne Glätte wird die Oberfläche kratzig.',
      ],
    },
    styles: {
      title: 'Ein Foto, drei Maler',
      line: '',
      labels: ['', '', ''],
      manner: 'Der Stil', painting: 'Das Foto, während es gemalt wird',
      inManner: (name) => `Das Foto in der Manier von ${name.replace(/\.\w+$/, '')}`,
      text: [
        'Foto, Netz und Gewichte sind bei allen dreien gleich; nur die Gram-Matrizen, auf die gezielt wird, sind verschieden. Johnson et al. trainierten ein Netz für einen Stil, das dann jedes Foto in einem Durchgang malt {johnson2016}: tausendmal schneller, aber jeder Maler ist ein Training von Stunden, und was Sie hier sehen, braucht keines.',
      ],
    },
    iterations: {
      title: 'Geduld',
      line: '',
      early: 'nach 50 Schritten', late: 'jetzt',
      after: (n) => `nach ${number(n)} Schritten`,
      text: [
        'Fünfzig Schritte genügen, um zu sehen, was es wird, und das Keras-Beispiel hält dort inne, um das Bild zu zeigen; sein Autor lässt es viertausend weit laufen {keras}. Was nach den ersten hundert kommt, ist klein: Striche finden ihr Ende, ruhige Flächen ihr Korn. Der Lauf dieser Seite ist im Gang, seit Sie sie geöffnet haben, und steht rechts.',
      ],
    },
    closing: {
      title: 'Das alles lief hier.',
      line: 'Ihre Bilder haben dieses Gerät nie verlassen.',
      painting: 'Das Gemälde', caption: '', read: 'Zum Weiterlesen', shown: english.words.closing.shown,
      text: [
        'Ein Netz, das gelernt hat, Dinge zu benennen, zwei Summen von Quadraten und ein Foto, das man bergab laufen lässt: Das ist alles. Das Atelier hinter dieser Seite tut dasselbe mit Ihren eigenen Bildern, größer, mit Masken und mehreren Manieren, und ohne sie irgendwohin zu schicken.',
      ],
    },
  },

  sources: Object.fromEntries(Object.entries(english.sources).map(([name, source]) => [name, { ...source, short: SHORT[name] ?? source.short }])),

  terms: { content: 'Inhalt', style: 'Stil', tv: 'TV', mean: 'Mittel' },

  aloud: {
    blend: 'x gleich eins minus Alpha mal c, plus Alpha mal s',
    features: 'F von x: C Kanäle von h mal w Zahlen',
    content: 'Inhaltsverlust: quadrierter Abstand zwischen F von x und F von c, durch das Quadrat von F von c',
    gram: 'G gleich F mal F transponiert, durch h w',
    gramSum: 'G i j: die Summe über alle Pixel k von F i k mal F j k, durch h w',
    style: 'Stilverlust: über die Schichten, quadrierter Abstand zwischen G von x und G von s, durch das Quadrat von G von s',
    tv: 'Totalvariation: mittleres Quadrat des rechten Nachbarn jedes Pixels weniger es selbst, und ebenso nach unten',
    tvSum: 'Totalvariation: Mittel des quadrierten Unterschieds zum rechten Nachbarn plus Mittel des quadrierten Unterschieds zum unteren',
    total: 'L gleich Alpha mal Inhalt plus Beta mal Stil plus Gamma mal Totalvariation',
    gradient: 'x wird zu x minus Eta mal dem Gradienten von L nach x',
    newton: 'x wird zu x minus Eta mal H invers mal dem Gradienten von L nach x',
  },
};

export { german as words };
