/** The talk and the article in German. What each word is for is said in en.js. */

import { number } from '../i18n/numbers.js';
import * as english from './en.js';

/** Sources as they are cited; their titles stay as they were printed. @type {Record<string, string>} */
const SHORT = {
  simonyan2015: 'Simonyan und Zisserman 2015', keras: 'Das Keras-Beispiel', mahendran2015: 'Mahendran und Vedaldi 2015',
  liu1989: 'Liu und Nocedal 1989', isola2017: 'Isola et al. 2017 (Pix2Pix)', zhu2017: 'Zhu et al. 2017 (CycleGAN)', kingma2015: 'Kingma und Ba 2015',
};

/** @satisfies {import('../types').TalkWords} */
export const german = {
  show: {
    name: 'Wie Stilübertragung geht',
    talk: 'Vortrag',
    article: 'Artikel',
    close: 'Zurück zur Seite',
    before: 'Schritt zurück',
    after: 'Nächster Schritt',
    full: 'Den ganzen Bildschirm füllen',
    loading: 'Die Engine wird bereit gemacht',
    sources: 'Quellen',
    contents: 'Inhalt',
    step: (n, of, title) => `${n} von ${of}: ${title}`,
    figure: (name) => `Live: ${name}`,
    keys: '→ weiter   ← zurück   ↑ ↓ drehen   Enter ein anderes   F Vollbild   B schwarz   R Aufnahme   N Notizen   Esc verlassen',
    recorded: 'aufgezeichnet', updating: 'wird aktualisiert',
    reveal: 'Antwort zeigen',
    replay: 'Die Aufzeichnung zeigen', liveAgain: 'Den laufenden Lauf zeigen',
    notes: 'Notizen in einem zweiten Fenster',
    goLive: 'Live berechnen',
    recordedLead: 'Die Bilder und Zahlen hier unten sind eine Aufzeichnung, die diese Seite aus ihrem Beispielpaar gemacht hat. „Live berechnen“ macht sie neu, hier, aus Ihren Bildern. Nichts wird hochgeladen.',
    noRecording: 'Die Aufzeichnung konnte nicht geladen werden. Abbildungen erscheinen, sobald sie berechnet sind.',
    noEngine: (why) => `Hier gibt es keinen laufenden Lauf, deshalb sind alle Abbildungen aufgezeichnet. ${why}`,
    someNetwork: 'einem Netz',
    processor: 'dem Prozessor',
    card: 'der Grafikkarte',
    runs: (network, where) => `Jedes Bild und jede Zahl hier unten wird hier und jetzt berechnet, von ${network} auf ${where}, aus dem Lauf, der gerade im Gang ist. Nichts wird hochgeladen.`,
  },

  words: {
    opening: {
      title: 'Mal es so.',
      line: 'Live, in diesem Browser',
      labels: ['Foto', 'Stil', 'Ergebnis'],
      text: [
        'Zwei Bilder gehen hinein: ein Foto, das sagt, was zu sehen sein soll, und ein Gemälde, das sagt, wie. Eines kommt heraus: das Foto, als wäre es in diesem Stil gemalt. Gatys, Ecker und Bethge fanden 2015 heraus, wie das mit einem Netz geht, das für etwas ganz anderes trainiert worden war: Hunde von Teekannen zu unterscheiden {gatys2015}.',
        'Hier wird kein Netz trainiert, und keines zeichnet. Gesucht werden die Pixel des Ergebnisses selbst: Sie werden nach und nach verändert, bis ein Netz, das das Ergebnis ansieht, darin das Motiv des einen und den Stil des anderen sieht. Das Ergebnis oben entsteht auf diese Weise, während Sie lesen.',
      ],
    },
    blend: {
      title: 'Warum nicht die Pixel mischen?',
      line: '',
      labels: ['gemischt', 'neu gemalt'],
      dial: 'Anteil des Stils an der Mischung',
      text: [
        'Der erste Gedanke, den jeder hat, ist zu mischen: Jedes Pixel des Ergebnisses *x* ist ein wenig vom Foto *c* und ein wenig vom Gemälde *s*. Heraus kommen zwei Gespenster. Wo *α* auch steht, sind beide Bilder da, und keines wird vom anderen verändert: Ein Haus ist noch mit den Kanten der Kamera gezeichnet, und der Himmel des Gemäldes scheint hindurch.',
        'Ein Pixel für sich weiß nicht, dass es zu einem Haus gehört oder zu einem Pinselstrich. Was ein Motiv ausmacht und was einen Stil, liegt darin, wie Pixel zusammenstehen. Um das zu messen, muss man hinsehen wie etwas, das sehen gelernt hat.',
      ],
    },
    trace: {
      title: 'Eine Zahl einer Faltung',
      line: '',
      photo: 'Foto: auf ein Pixel zeigen', map: 'Die Merkmalskarte dieses Kanals',
      colours: ['Rot', 'Grün', 'Blau'],
      inputs: 'Eingänge', weights: 'Gewichte', sum: 'Summe',
      total: (sums, bias, sum, output) => `${sums.join(' + ')} + Bias ${bias} = ${sum}; kleiner als 0 wird 0: ${output}`,
      channel: (channel, count) => `conv1_1, Kanal ${channel + 1} von ${count}`,
      text: [
        'Eine Faltung ist nur Malnehmen und Zusammenzählen. Für ein Pixel eines Kanals von conv1_1 nimmt das Netz das Pixel und seine acht Nachbarn, in Rot, Grün und Blau: 27 Zahlen zwischen 0 und 1, von denen die mittlere Farbe abgezogen ist. Jede wird mit einem eigenen Gewicht malgenommen, die Produkte werden zusammengezählt, und eine weitere Zahl, der Bias *b*, kommt dazu. Ist die Summe kleiner als 0, wird 0 ausgegeben; dieser Schnitt heißt ReLU.',
        'Zeigen Sie auf ein Pixel des Fotos: Die Zahlen sind die des Netzes, das gerade arbeitet, und das Ergebnis ist das Pixel der Merkmalskarte rechts. An jedem Pixel werden dieselben 27 Gewichte benutzt; deshalb sucht ein Kanal überall nach demselben. Die Pfeiltasten wechseln den Kanal. Alle späteren Schichten tun dasselbe, mit den Karten der Schicht davor statt mit drei Farben.',
      ],
    },
    blocks: {
      title: 'Fünf Blöcke von Merkmalskarten',
      line: '',
      labels: ['Foto', 'Stil', 'Ergebnis'],
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
      labels: ['Foto', 'Ergebnis', 'Unterschied'],
      loss: 'Inhaltsverlust',
      text: [
        'Ergebnis und Foto zeigen dasselbe Motiv, wenn das Netz in beiden dasselbe sieht, und zwar in einer Schicht, die tief genug ist, dass es ihr gleich ist, wie eine Kante gezeichnet ist. Der Inhaltsverlust ist der quadrierte Abstand zwischen beiden Sätzen von Merkmalskarten, hier bei conv4_2, geteilt durch das Quadrat derer des Fotos. Bei 0 sind sie gleich; bei 1 ist das Ergebnis so weit entfernt wie eine leere Leinwand.',
        'Eine tiefere Schicht lässt mehr Freiheit: Das Beispiel, das mit Keras kommt, vergleicht bei block5_conv2 {keras} und nennt die bloße Summe der Quadrate den Verlust. Hier wird jeder Verlust durch die Größe seines Ziels geteilt, sodass dieselben Gewichte für jedes Bilderpaar dasselbe bedeuten.',
      ],
    },
    gram: {
      title: 'Stil: was zusammen vorkommt',
      line: '',
      labels: ['Karten', 'jede eine Zeile', 'Gram-Matrix'],
      map: 'Eine Merkmalskarte des Stils', flat: 'Die Karten des Stils, jede als Zeile ausgelegt', matrix: 'Die Gram-Matrix dieser Zeilen',
      text: [
        'Ein Stil ist nicht an einem Ort. Gelbe Tupfen neben blauen, Striche, die sich biegen: Er liegt darin, welche Merkmale zusammen vorkommen, wo auch immer. Also wird der Ort weggeworfen. Jede Karte wird als eine lange Zeile von Zahlen ausgelegt, und jede Zeile wird mit jeder anderen malgenommen und aufsummiert. Das Ergebnis, mit einer Zeile und einer Spalte für jeden Kanal, ist die Gram-Matrix.',
        'Ihr Eintrag *i*, *j* ist groß, wenn Kanal *i* und Kanal *j* gern an denselben Stellen hell sind, und klein, wenn nicht. Sie beschreibt die Textur, ohne eine Spur vom Motiv {gatys2015}. Gram-Matrizen zu vergleichen heißt, die Verteilungen der Merkmale zu vergleichen, wie man inzwischen weiß {li2017}.',
      ],
    },
    shuffle: {
      title: 'Pixel gemischt, Gram-Matrix gleich',
      line: '',
      before: 'wie sie ist', after: 'gemischt',
      map: (of) => `Eine Merkmalskarte des Stils, ${of}`,
      gram: (of) => `Die Gram-Matrix der Karten, ${of}`,
      difference: 'größter Unterschied der beiden Matrizen',
      texture: 'Ein Bild, das aus Rauschen allein mit dem Stilverlust gemalt ist', textureCaption: 'alles, was der Stilverlust weiß',
      text: [
        'Hier werden die Plätze der Merkmalskarten gemischt, in jedem Kanal auf dieselbe Weise. In den Karten ist nichts mehr zu erkennen. Die Gram-Matrix wird aus den gemischten Karten neu berechnet, und sie ist dieselbe: Jeder Eintrag ist eine Summe über alle Plätze, und einer Summe ist die Reihenfolge gleich. Die Zahl zeigt den größten Unterschied; er kommt vom Runden.',
        'Der Stilverlust kann also nicht wissen, wo etwas ist. Das Bild rechts zeigt, was er weiß: Es ist aus Rauschen gemalt, allein mit dem Stilverlust und ohne jedes Foto. Es hat die Farben und Striche des Stils, an keinem bestimmten Ort.',
      ],
    },
    style: {
      title: 'Zwei Stile im Vergleich',
      line: '',
      labels: ['Stil', 'Ergebnis', 'Unterschied'],
      loss: (layer) => `bei ${layer}`,
      text: [
        'Der Stilverlust ist der Abstand zwischen der Gram-Matrix des Stils und der des Ergebnisses, geteilt durch die Größe der ersten, summiert über eine Schicht jedes Blocks: conv1_1 für Farbe und Korn, conv5_1 für große Formen. Beide Matrizen sind so zu sehen, wie sie in diesem Augenblick sind; was zwischen ihnen bleibt, fehlt dem Ergebnis noch.',
        'Mehrere Stile lassen sich mischen, an je einen Teil des Bilds binden oder ohne ihre Farben nehmen, wenn man ein wenig ändert, was verglichen wird {gatys2017}.',
      ],
    },
    layers: {
      title: 'Welche Schicht was beiträgt',
      line: '',
      style: 'Stil aus einer Schicht', content: 'Inhalt aus einer Schicht',
      labels: ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1', 'alle fünf', 'conv2_2', 'conv4_2', 'conv5_2'],
      text: [
        'Noch einmal dasselbe Paar, mit der Gram-Matrix nur einer Schicht. conv1_1 bringt Farben und wenig sonst. Mit jedem Block werden die Formen größer, die übernommen werden: Punkte, dann Striche, dann ganze Wirbel. Das letzte Bild nimmt alle fünf zusammen.',
        'Die zweite Zeile tut dasselbe für den Inhalt: Aus Rauschen wird, ohne jeden Stil, das Bild so lange verändert, bis eine Schicht darin sieht, was sie im Foto sieht. conv2_2 bringt fast jedes Pixel zurück. conv4_2 behält das Motiv und lässt von genauen Kanten und Farben ab; darum ist es die Schicht für den Inhalt. conv5_2 behält nur ungefähr, was wo ist {gatys2015}.',
      ],
    },
    variation: {
      title: 'Nachbarn sollen sich einig sein',
      line: '',
      labels: ['Ergebnis', 'nach rechts verschoben', 'nach unten verschoben'],
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
        'Alle drei Verluste lassen sich durch das ganze Netz hindurch bis zu den Pixeln ableiten. Der Gradient hat eine Zahl für jedes Pixel und jede Farbe, also ist er ein Bild: Wo es hier heller ist als Grau, soll das Pixel heller werden, wo es dunkler ist, dunkler. Der Inhalt zieht zum Foto zurück, wo das Ergebnis es verlassen hat, der Stil will überall Striche, die Glätte kämpft gegen beide.',
        'Beim Training bleiben die Pixel, und die Gewichte des Netzes bewegen sich. Hier bleiben die Gewichte, und die Pixel bewegen sich. Sonst ist nichts anders: Es ist derselbe Rückwärtsgang.',
      ],
    },
    descent: {
      title: 'Bergab, mit Gedächtnis und ohne',
      line: '',
      labels: ['Gradientenabstieg', 'L-BFGS'],
      hidden: ['A', 'B'],
      question: 'Eines davon ist bloßer Gradientenabstieg, das andere L-BFGS. Welches ist L-BFGS?',
      answer: 'B ist L-BFGS: Mit ebenso vielen Auswertungen ist sein Verlust kleiner.',
      loss: 'Verlust',
      chart: 'Der Verlust von beiden, logarithmisch, nach der Zahl der Auswertungen',
      axis: 'Verlust, nach Auswertungen',
      text: [
        'Geradewegs bergab zu gehen ist langsam, wo der Hang ein Tal ist: Der steilste Weg führt von einer Seite zur anderen. Newtons Verfahren würde durch die Krümmung *H* teilen, doch für ein Bild von 256 mal 192 Pixeln ist das eine Matrix mit 147.456 Zeilen. L-BFGS merkt sich, wie sich der Gradient über die letzten zehn Schritte geändert hat, und kommt damit aus {liu1989}.',
        'Beide beginnen mit dem Foto, mit demselben Paar und derselben Suche entlang jeder Richtung; der eine Unterschied ist das Gedächtnis. Die erste Arbeit und das Keras-Beispiel nehmen L-BFGS {gatys2015} {keras}. Auch die Seite selbst malt damit; stattdessen lässt sich Adam {kingma2015} wählen, das keine Suche braucht.',
      ],
    },
    without: {
      title: 'Was, wenn der Stil nichts zählt?',
      line: '',
      labels: ['Foto', 'Stil', 'Stilgewicht 0'],
      question: 'Das Stilgewicht wird auf 0 gesetzt. Wie sieht das Ergebnis aus?',
      answer: 'Wie das Foto: Dort beginnt es, und nichts zieht es weg.',
      text: [
        'Ist das Stilgewicht 0, dann bleiben nur Inhalt und Glätte. Die Suche beginnt mit dem Foto, wo der Inhaltsverlust schon 0 ist, also bleibt sie dort. Der Stil wird nie angesehen. Aus Rauschen begonnen, käme sie stattdessen zum Foto zurück, so weit conv4_2 sich daran erinnert.',
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
        'Kleiner gemacht wird eine gewichtete Summe, und die Gewichte sind Geschmack. Drehen Sie daran: Der Lauf oben folgt sofort und macht weiter, wo er ist. Ohne Inhalt bleibt nur Stil, eine Textur. Ohne Stil kommt das Foto zurück. Ohne Glätte wird die Oberfläche kratzig.',
      ],
    },
    raised: {
      title: 'Welches Gewicht wurde erhöht?',
      line: '',
      labels: ['vorher', 'nachher'],
      question: 'Eines der drei Gewichte wurde erhöht: Inhalt, Stil oder Glätte. Welches?',
      answer: 'Die Glätte: Benachbarte Pixel sind sich einig, und die Striche sind verwaschen.',
      text: [
        'Beide Bilder haben dasselbe Foto, denselben Stil und ebenso viele Schritte. Rechts ist ein Gewicht mehr als vierzigmal so groß. Es ist das der Totalvariation: Wo benachbarte Pixel verschieden sind, kostet das so viel, dass die feinen Striche verschwinden.',
      ],
    },
    styles: {
      title: 'Ein Foto, drei Stile',
      line: '',
      labels: ['', '', ''],
      recorded: ['Wind über Weizen', 'Holzschnitt mit roter Sonne', 'Kirchenfenster'],
      style: 'Der Stil', painting: 'Das Foto, während es gemalt wird',
      inStyle: (name) => `Das Foto im Stil von ${name.replace(/\.\w+$/, '')}`,
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
    keras: {
      title: 'Das Rezept des Keras-Beispiels',
      line: '',
      labels: ['nach 50 Schritten', 'nach 4.000 Schritten'],
      heads: ['Verlust', 'Gewicht', 'Quadratsumme in Keras', 'dasselbe hier'],
      rows: ['Inhalt', 'Stil', 'Glätte'],
      weights: ['0,025', '1', '1'],
      here: ['÷ Summe des Fotos selbst', '÷ Summe des Stils selbst', 'Mittel statt Summe'],
      text: [
        'Das Beispiel, das mit Keras kommt {keras}, vergleicht den Inhalt bei conv5_2 mit dem Gewicht 0,025, den Stil an der ersten Schicht jedes Blocks mit dem Gewicht 1 und die Totalvariation mit dem Gewicht 1. Seine Verluste sind Quadratsummen über Pixel von 0 bis 255, also Zahlen mit vielen Stellen, und dieselben Gewichte bedeuten bei jedem Bilderpaar, jeder Größe und jedem Netz etwas anderes.',
        'Diese Seite teilt jeden Verlust durch den Wert, den sein Ziel für sich allein hat. Ein Verlust von 1 heißt dann „so weit weg wie ein leeres Bild“, und ein Gewicht von 0,2 heißt für jedes Paar dasselbe. Die Richtung jedes Gradienten ist in beiden gleich, nur seine Länge ist anders. Für ein bestimmtes Paar lassen sich die Gewichte von Keras also umrechnen: jedes mal der Summe seines Ziels.',
        'Die ältere Fassung des Beispiels sucht mit L-BFGS in Runden von höchstens 20 Auswertungen, die neuere macht 4.000 einzelne Schritte mit Gradientenabstieg. Ein Schritt ist hier eine Auswertung der Verluste und ihres Gradienten. Die Voreinstellung „Vortrag“ dieser Seite ist dieses Rezept; beide Bilder sind aufgezeichnet, denn 4.000 Schritte dauern selbst in dieser Größe Minuten.',
      ],
    },
    others: {
      title: 'Pix2Pix und CycleGAN',
      line: '',
      heads: ['', 'braucht', 'wird trainiert', 'macht ein Bild'],
      rows: [
        ['Stil\u00adübertragung, hier', 'ein Foto, einen Stil', 'gar nicht', 'in Minuten: seine Pixel werden verändert'],
        ['Pix2Pix', 'Paare: Skizze und Foto desselben Schuhs', 'stundenlang, für eine Aufgabe', 'sofort: ein Netz zeichnet es'],
        ['CycleGAN', 'zwei Stapel: Pferde, Zebras', 'tagelang, für zwei Stapel', 'sofort: zurück\u00adübersetzt muss es passen'],
      ],
      text: [
        'Zwei andere Verfahren werden oft zusammen mit der Stilübertragung genannt. Pix2Pix {isola2017} lernt aus Bilderpaaren, etwa Umrissen und Fotos derselben Dinge, die eine Art in die andere zu verwandeln. Ein zweites Netz lernt, seine Ergebnisse von echten zu unterscheiden, und lehrt es so, was echt aussieht. CycleGAN {zhu2017} braucht keine Paare, nur zwei Stapel, etwa Fotos und Gemälde von Monet: Was hin und zurück übersetzt wurde, muss sein, was es war.',
        'Beide trainieren ein Netz mit vielen Bildern für eine Aufgabe, das danach jedes Bild sofort zeichnet. Was diese Seite tut, trainiert nichts und braucht ein einziges Stilbild, muss aber für jedes Ergebnis neu suchen.',
      ],
    },
    closing: {
      title: 'Das alles lief hier.',
      line: 'Ihre Bilder haben dieses Gerät nie verlassen.',
      painting: 'Das Ergebnis', caption: '', read: 'Zum Weiterlesen', shown: english.words.closing.shown,
      text: [
        'Ein Netz, das gelernt hat, Dinge zu benennen, zwei Summen von Quadraten und ein Foto, das man bergab laufen lässt: Das ist alles. Die Seite hinter diesem Vortrag tut dasselbe mit Ihren eigenen Bildern, größer, mit Masken und mehreren Stilen, und ohne sie irgendwohin zu schicken.',
      ],
    },
  },

  notes: {
    opening: 'Die drei Bilder nennen: Foto, Stil, Ergebnis. Das Ergebnis wird gerade auf diesem Gerät berechnet. Kein Netz wird trainiert.',
    blend: 'Am Regler drehen. Beide Bilder bleiben sichtbar: Pixel zu mischen malt nichts neu. Wir brauchen ein Maß, das mehr als ein Pixel ansieht.',
    trace: 'Auf eine Kante im Foto zeigen. 27 Zahlen mal 27 Gewichte, plus eine: Mehr tut eine Faltung nicht. Unter 0 wird auf 0 gesetzt.',
    blocks: 'Von links nach rechts: von der Einzelheit zur Bedeutung. Mit Enter eine Karte vergrößern. Block 1 zeigt noch das Foto, Block 5 nur, was wo ist.',
    content: 'Dasselbe Motiv heißt: dieselben Merkmalskarten bei conv4_2. Die Zahl ist der quadrierte Abstand, geteilt durch das Quadrat des Fotos. 0 ist gleich.',
    gram: 'Jede Karte als Zeile auslegen. Jede Zeile mit jeder malnehmen. Der Ort verschwindet in der Summe; was zusammen vorkommt, bleibt.',
    shuffle: 'Zuerst fragen: Was geschieht mit der Matrix, wenn wir mischen? Enter mischt noch einmal. Die Textur rechts ist alles, was der Stilverlust weiß.',
    style: 'Zwei Gram-Matrizen, ein Unterschied. Die Pfeiltasten wechseln die Schicht. Der Unterschied wird kleiner, während der Lauf weitergeht.',
    layers: 'Untere Schichten: Farbe und Korn. Obere: große Formen. Dann alle fünf. Zweite Zeile: was jede Schicht vom Inhalt behält.',
    variation: 'Um ein Pixel verschieben und abziehen. Wo Nachbarn sich einig sind, bleibt nichts. Das entfernt Gesprenkel.',
    gradient: 'Ein Stoß für jedes Pixel und jede Farbe. Beim Training bewegen sich die Gewichte, hier die Pixel. Derselbe Rückwärtsgang.',
    descent: 'Zuerst abstimmen lassen. Dann: L-BFGS merkt sich die letzten zehn Schritte und kommt mit ebenso vielen Auswertungen weiter.',
    without: 'Raten lassen. Antwort: Das Foto bleibt. Dort beginnt es, und der Inhaltsverlust ist 0.',
    weights: 'Mit den Pfeiltasten an den Gewichten drehen. Der Lauf folgt sofort. Enter wählt das nächste Gewicht.',
    raised: 'Abstimmen lassen: Inhalt, Stil oder Glätte? Antwort: die Glätte, vierzigfach.',
    styles: 'Dasselbe Foto, dasselbe Netz, dieselben Gewichte. Nur die Gram-Matrizen, auf die gezielt wird, sind verschieden. Für keines wurde trainiert.',
    iterations: 'Das meiste geschieht in den ersten hundert Schritten. Striche und ruhige Flächen vergleichen.',
    keras: 'Das Rezept aus dem Kurs: 0,025, 1, 1. Quadratsummen haben viele Stellen; relative Verluste machen die Gewichte vergleichbar.',
    others: 'Pix2Pix: Paare. CycleGAN: zwei Stapel. Beide trainieren stundenlang und zeichnen dann sofort. Hier: kein Training, ein Stilbild.',
    closing: 'Alles lief hier; nichts wurde hochgeladen. Fragen?',
  },

  speaker: {
    title: 'Notizen zum Vortrag',
    next: 'Danach',
    last: 'Das ist der letzte Schritt.',
    plan: 'Länge des Vortrags',
    minutes: (minutes, steps) => `${minutes} Minuten, ${steps} Schritte`,
    elapsed: 'vergangen',
    due: (time) => `dieser Schritt endet bei ${time}`,
    restart: 'Uhr neu starten',
    back: 'Zurück', on: 'Nächster Schritt', blank: 'Schwarz', replay: 'Aufzeichnung',
    waiting: 'Es ist kein Vortrag offen. Öffnen Sie ihn in einem anderen Fenster dieses Browsers, und dieses Fenster folgt ihm.',
    step: (n, of) => `${n} von ${of}`,
  },

  sources: Object.fromEntries(Object.entries(english.sources).map(([name, source]) => [name, { ...source, short: SHORT[name] ?? source.short }])),

  terms: { content: 'Inhalt', style: 'Stil', tv: 'TV', mean: 'Mittel' },

  aloud: {
    convolution: 'y gleich das Größere von null und b plus der Summe über Farben c und Nachbarn k von w c k mal x c k',
    kerasContent: 'die Summe der Quadrate von F von x minus F von c',
    kerasStyle: 'das Mittel über die Schichten des quadrierten Abstands der Gram-Matrizen durch vier C Quadrat N Quadrat',
    kerasTv: 'die Summe über die Pixel der quadrierten Unterschiede hoch 1,25',
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
