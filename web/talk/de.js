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
    recordedLead: 'Die Bilder und Zahlen hier unten sind eine Aufzeichnung, die diese Seite aus ihrem Beispielpaar gemacht hat. „Live berechnen“ macht sie neu, hier, aus Ihren Bildern. Nichts wird hochgeladen. Aufgezeichnet wurde mit dem kleinen Netz, Sketch.',
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
        'Ein Netz ist eine feste Rechnung in Schichten: Jede Schicht berechnet neue Zahlen aus denen der Schicht davor. Seine Faktoren, die Gewichte, wurden einmal beim Training gefunden. Hier wird nichts trainiert, und kein Netz zeichnet. Verändert wird das Ergebnis: der Rot-, Grün- und Blauwert jedes Pixels. Eine Zahl, der Verlust, sagt, wie weit das Ergebnis vom Gewünschten entfernt ist. In jedem Schritt werden alle Werte ein wenig so verändert, dass der Verlust kleiner wird. Das große Bild oben ist so entstanden.',
      ],
    },
    blend: {
      title: 'Warum nicht die Pixel mischen?',
      line: '',
      labels: ['gemischt', 'neu gemalt'],
      dial: 'Anteil des Stils an der Mischung',
      text: [
        'Der erste Gedanke ist zu mischen: Jedes Pixel des Ergebnisses *x* ist ein Anteil 1 − *t* des Fotos *c* plus ein Anteil *t* des Gemäldes *s*. Zwischen 0 und 1 sind beide Bilder zu sehen, eines durch das andere. Das Haus behält die Kanten des Fotos; nichts ist mit den Strichen des Gemäldes gezeichnet.',
        'Ein Pixel für sich weiß nicht, dass es zu einem Haus gehört oder zu einem Pinselstrich. Was ein Motiv ausmacht und was einen Stil, liegt darin, wie Pixel zusammenstehen. Also brauchen wir Zahlen, die von vielen Pixeln zugleich abhängen. Ein trainiertes Netz berechnet solche Zahlen.',
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
        'conv1_1 ist die erste Faltung des ersten Blocks. Sie hat viele Kanäle; jeder berechnet für jedes Pixel eine Zahl. Für eine solche Zahl nimmt das Netz das Pixel und seine acht Nachbarn, in Rot, Grün und Blau: 27 Zahlen zwischen 0 und 1, minus die mittlere Farbe der Trainingsbilder. Jede wird mit einem eigenen Gewicht malgenommen, die Produkte werden zusammengezählt, und eine weitere Zahl, der Bias *b*, kommt dazu. Ist die Summe kleiner als 0, wird 0 ausgegeben; dieser Schnitt heißt ReLU.',
        'Zeigen Sie auf ein Pixel des Fotos: Die Zahlen sind die des Netzes, das gerade arbeitet, und das Ergebnis ist das Pixel der Merkmalskarte rechts. An jedem Pixel werden dieselben 27 Gewichte benutzt; deshalb sucht ein Kanal überall nach demselben. Im Vortrag wechseln die Pfeiltasten den Kanal. Spätere Schichten tun dasselbe mit allen Karten der Schicht davor: Bei 64 Karten sind es 9 × 64 = 576 Produkte für eine Zahl.',
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
        'Der hier benutzte Teil von VGG-19 {simonyan2015} sind sechzehn Faltungen in fünf Blöcken; zwischen den Blöcken werden die Karten in Breite und Höhe halbiert. conv4_2 ist die zweite Faltung von Block 4. Jede Faltung sieht drei mal drei Zahlen der Schicht vor ihr an und antwortet mit einer Zahl für jeden ihrer Kanäle: wie viel von dem, was dieser Kanal sucht, hier ist. Die Antworten eines Kanals für das ganze Bild sind eine Merkmalskarte, und *F*, die Karten einer Schicht, ist das, was das Netz dort sieht.',
        'Im ersten Block finden Kanäle Kanten und Farben, und die Karte sieht aus wie das Foto. Mit jedem Block sieht ein Kanal weiter und sagt weniger über das Wo und mehr über das Was: eine Kurve, ein Fenster, ein Dach. Im fünften ist eine Karte von einem Dutzend Pixeln dort hell, wo etwas ist, von dem das Netz einen Begriff hat. Die unteren Schichten kennen die Einzelheit, die oberen die Bedeutung.',
        'Drücken Sie auf eine Karte, um sie zu vergrößern und unter den 12 Kanälen zu wählen, die sich am meisten ändern. Derselbe Kanal wird für alle drei Bilder im selben Maßstab gezeigt. Ist das kleine Netz gewählt, dann sehen Sie Sketch: den Aufbau von VGG-19 mit einem Viertel der Kanäle, darauf trainiert, zu sehen wie VGG-19.',
      ],
    },
    content: {
      title: 'Inhalt: Ist es noch dieses Motiv?',
      line: '',
      labels: ['Foto', 'Ergebnis', 'Unterschied'],
      loss: 'Inhaltsverlust',
      text: [
        'Ergebnis und Foto zeigen dasselbe Motiv, wenn das Netz in beiden dasselbe sieht, und zwar in einer Schicht, die tief genug ist, dass es ihr gleich ist, wie eine Kante gezeichnet ist. Für den Inhaltsverlust wird jede Zahl der Karten des Ergebnisses bei conv4_2 von der Zahl des Fotos an derselben Stelle abgezogen. Die Unterschiede werden quadriert und addiert; die Summe wird durch die Quadratsumme der Zahlen des Fotos geteilt. (‖ ‖² in der Formel heißt: alle Zahlen quadrieren und addieren.) 0: Die Karten sind gleich. 1: Die Unterschiede sind so groß wie die Karten des Fotos selbst.',
        'Eine tiefere Schicht lässt mehr Freiheit: Das Beispiel, das mit Keras kommt, vergleicht bei block5_conv2 {keras} und nennt die bloße Summe der Quadrate den Verlust. Hier werden Inhalts- und Stilverlust durch die Größe ihrer Ziele geteilt, sodass dieselben Gewichte für jedes Bilderpaar etwa dasselbe bedeuten.',
      ],
    },
    gram: {
      title: 'Stil: was zusammen vorkommt',
      line: '',
      labels: ['Karten', 'jede eine Zeile', 'Gram-Matrix'],
      map: 'Eine Merkmalskarte des Stils', flat: 'Die Karten des Stils, jede als Zeile ausgelegt', matrix: 'Die Gram-Matrix dieser Zeilen',
      text: [
        'Ein Stil ist nicht an einem Ort. Gelbe Tupfen neben blauen, Striche, die sich biegen: Er liegt darin, welche Merkmale zusammen vorkommen, wo auch immer. Also wird der Ort weggeworfen. Jede Karte wird als eine lange Zeile von Zahlen geschrieben. Für zwei Kanäle *i* und *j* werden die beiden Zahlen an derselben Stelle malgenommen; das Mittel dieser Produkte über alle Stellen ist eine Zahl. Die Tabelle dieser Zahlen für alle Paare von Kanälen, auch jeder mit sich selbst, ist die Gram-Matrix. Die Abbildung zeigt 12 Kanäle.',
        'Ihr Eintrag *i*, *j* ist groß, wenn Kanal *i* und Kanal *j* gern an denselben Stellen hell sind, und klein, wenn nicht. Sie beschreibt die Textur {gatys2015}. Wo im Bild etwas ist, geht verloren; kleine Stücke, so groß wie das, was ein Kanal sieht, nicht. Li et al. zeigten, dass der Vergleich von Gram-Matrizen eine Art ist, die Verteilungen der Merkmale zu vergleichen, also wie oft welche Werte vorkommen {li2017}. Verglichen werden aber nur die Mittelwerte von Produkten zweier Werte; alles andere an den Verteilungen darf sich unterscheiden.',
      ],
    },
    shuffle: {
      title: 'Plätze gemischt, Gram-Matrix gleich',
      line: '',
      before: 'wie sie ist', after: 'gemischt',
      map: (of) => `Eine Merkmalskarte des Stils, ${of}`,
      gram: (of) => `Die Gram-Matrix der Karten, ${of}`,
      difference: 'größter Unterschied der beiden Matrizen',
      texture: 'Ein Bild, das aus Rauschen allein mit dem Stilverlust gemalt ist', textureCaption: 'alles, was der Stilverlust weiß',
      text: [
        'Hier werden die Plätze der Merkmalskarten gemischt, in jedem Kanal auf dieselbe Weise. In den Karten ist nichts mehr zu erkennen. Die Gram-Matrix wird aus den gemischten Karten neu berechnet, und sie ist dieselbe: Jeder Eintrag ist eine Summe über alle Plätze, und einer Summe ist die Reihenfolge gleich. Die Zahl zeigt den größten Unterschied; er kommt vom Runden. Das gilt für die Karten. Würden die Pixel des Bilds selbst gemischt, hätte jedes Pixel andere Nachbarn; dann wären die Karten andere und auch die Gram-Matrix. Würde jeder Kanal anders gemischt, änderte sie sich ebenfalls.',
        'Die Gram-Matrix sagt also nicht, wo im Bild etwas ist. Rauschen ist ein Bild aus zufälligen Farben. Das Bild rechts zeigt, was sie weiß: Es ist aus Rauschen gemalt, allein mit dem Stilverlust und ohne jedes Foto. Es hat die Farben und Striche des Stils, an keinem bestimmten Ort.',
      ],
    },
    style: {
      title: 'Zwei Stile im Vergleich',
      line: '',
      labels: ['Stil', 'Ergebnis', 'Unterschied'],
      loss: (layer) => `bei ${layer}`,
      text: [
        'Für den Stilverlust werden die Gram-Matrizen von Ergebnis und Stil voneinander abgezogen, die Unterschiede quadriert und addiert, und die Summe wird durch die der Quadrate der Matrix des Stils geteilt. Das geschieht für eine Schicht jedes Blocks; das Mittel der fünf ist der Stilverlust (*w* ist der Anteil einer Schicht, hier 1/5). Die Abbildung zeigt 12 Kanäle einer Schicht.',
        'Mehrere Stile lassen sich mischen, an je einen Teil des Bilds binden oder ohne ihre Farben nehmen, wenn man ein wenig ändert, was verglichen wird {gatys2017}. Die Voreinstellung der Seite vergleicht stattdessen in vier der Blöcke zweierlei: das Mittel jedes Kanals und die Gram-Matrix der Karten, nachdem diese Mittel abgezogen sind. Diese Matrix heißt Kovarianz. Den fünften Block lässt sie weg, denn ohne ihn bleiben Gesichter und Gegenstände ganz.',
      ],
    },
    layers: {
      title: 'Welche Schicht was beiträgt',
      line: '',
      style: 'Stil aus einer Schicht', content: 'Inhalt aus einer Schicht',
      labels: ['conv1_1', 'conv2_1', 'conv3_1', 'conv4_1', 'conv5_1', 'alle fünf', 'conv2_2', 'conv4_2', 'conv5_2'],
      text: [
        'Noch einmal dasselbe Paar: Inhalt wie zuvor, Stil nur aus einer Schicht. conv1_1 bringt Farben und wenig sonst. Mit jedem Block werden die Formen größer, die übernommen werden: Punkte, dann Striche, dann ganze Wirbel. Das letzte Bild nimmt alle fünf zusammen.',
        'Die zweite Zeile tut dasselbe für den Inhalt: Aus Rauschen wird, ohne jeden Stil, das Bild so lange verändert, bis eine Schicht darin sieht, was sie im Foto sieht. conv2_2 bringt fast jedes Pixel zurück. conv4_2 behält das Motiv und lässt von genauen Kanten und Farben ab; darum ist es die Schicht für den Inhalt. conv5_2 behält nur ungefähr, was wo ist {gatys2015}.',
      ],
    },
    variation: {
      title: 'Totalvariation: Nachbarn sollen sich gleichen',
      line: '',
      labels: ['Ergebnis', 'nach rechts verschoben', 'nach unten verschoben'],
      loss: 'Totalvariation',
      text: [
        'Mit Inhalt und Stil allein entsteht feines Gesprenkel: Es macht die Verluste kleiner, sieht aber falsch aus. Die Totalvariation ist ein dritter Verlust dagegen. Das Bild wird um ein Pixel nach rechts verschoben und nach unten und von sich selbst abgezogen. Die Unterschiede werden quadriert; das Mittel für rechts plus das Mittel für unten ist der Verlust. Wo Nachbarn gleich sind, ist er 0.',
        'Der Gedanke kommt aus der Bildrestaurierung; zu Bildern, die durch Netze entstehen, brachten ihn Mahendran und Vedaldi {mahendran2015}, und er gehört zu den Rezepten von Johnson et al. {johnson2016} und von Keras {keras}. Zu viel davon wäscht die Pinselstriche weg.',
      ],
    },
    gradient: {
      title: 'Der Gradient in den Pixeln',
      line: '',
      labels: ['Inhalt', 'Stil', 'Glätte', 'alles zusammen'],
      text: [
        'Der Verlust *L* ist die Summe der drei Verluste, jeder mal einem Gewicht, das man wählt. Für jeden Farbwert jedes Pixels lässt sich berechnen: Wenn er etwas wüchse, wie schnell wüchse *L*? Diese Zahlen zusammen sind der Gradient, geschrieben ∂*L*/∂*x*. Für Inhalt und Stil werden sie rückwärts durch die Schichten berechnet, von der letzten zur ersten. Ein Schritt zieht den Gradienten mal einer kleinen Zahl *η* ab, der Schrittweite. Die Abbildung zeigt die Änderung, also den Gradienten mit umgekehrtem Vorzeichen: Heller als Grau heißt, das Pixel soll heller werden.',
        'Beim Training wird ebenso rückwärts gerechnet, aber mit einem anderen Verlust und vielen Bildern. Dort bleiben die Bilder, und die Gewichte des Netzes werden verändert; hier bleiben die Gewichte, und die Pixel werden verändert.',
      ],
    },
    descent: {
      title: 'Gradientenabstieg und L-BFGS',
      line: '',
      labels: ['Gradientenabstieg', 'L-BFGS'],
      hidden: ['A', 'B'],
      question: 'Eines davon ist bloßer Gradientenabstieg, das andere L-BFGS. Welches ist L-BFGS?',
      answer: 'B ist L-BFGS: Mit ebenso vielen Auswertungen ist sein Verlust kleiner.',
      loss: 'Verlust',
      chart: 'Der Verlust von beiden, logarithmisch, nach der Zahl der Auswertungen',
      axis: 'Verlust, nach Auswertungen',
      text: [
        'Gradientenabstieg geht immer gegen den Gradienten. Das ist langsam, wo sich *L* in einer Richtung viel schneller ändert als in einer anderen: Die Schritte gehen hin und her. Die Krümmung *H* sagt, wie sich jede Zahl des Gradienten mit jedem Farbwert ändert. Newtons Verfahren wählt mit ganz *H* eine bessere Richtung (*H*⁻¹ heißt etwa: geteilt durch *H*); bei 256 mal 192 Pixeln ist das eine Tabelle mit 147.456 Zeilen und ebenso vielen Spalten, zu groß. L-BFGS schätzt diese Richtung aus den letzten Änderungen von Bild und Gradient: hier zehn, in der Voreinstellung der Seite fünf {liu1989}. Die Voreinstellung macht außerdem die Schritte für grobe Strukturen größer als für feine: eine Vorkonditionierung.',
        'Beide beginnen mit dem Foto; nur das Gedächtnis ist verschieden. Entlang jeder Richtung probieren beide eine oder mehrere Schrittlängen. Jeder Versuch ist eine Auswertung: Verlust und Gradient werden einmal berechnet. Ein schlechter Versuch wird verworfen, und das Bild bleibt, wie es war. Voreingestellt ist auf der Seite L-BFGS.',
        'Stattdessen lässt sich Adam {kingma2015} wählen. Für jeden Farbwert führt es ein laufendes Mittel des Gradienten und eines seines Quadrats. Vom Wert zieht es das erste Mittel ab, geteilt durch die Wurzel des zweiten, mal einer Schrittweite. Es probiert nichts: Ein Schritt ist immer eine Auswertung, und der Verlust kann steigen. 50 Schritte von Adam ändern das Bild also 50-mal, 50 Auswertungen von L-BFGS weniger oft. 50 Runden des Keras-Rezepts sind bis zu 50 × 20 = 1.000 Auswertungen. Diese Seite zählt Auswertungen als Schritte.',
      ],
    },
    without: {
      title: 'Was, wenn der Stil nichts zählt?',
      line: '',
      labels: ['Foto', 'Stil', 'Stilgewicht 0'],
      question: 'Das Stilgewicht wird auf 0 gesetzt. Wie sieht das Ergebnis aus?',
      answer: 'Fast wie das Foto: Dort beginnt es, und nur die Glätte verändert es.',
      text: [
        'Inhalt, Stil und Glätte haben je ein Gewicht, *α*, *β* und *γ*. Das sind Einstellungen, nicht die Gewichte des Netzes. Hier ist *β* 0.',
        'Die Optimierung beginnt mit dem Foto, wo der Inhaltsverlust 0 ist. Nur die Glätte verändert Pixel, also ist das Ergebnis das Foto, ein wenig geglättet. Aus Rauschen käme sie einem Bild mit denselben Karten bei conv4_2 nahe: demselben Motiv, ohne seine genauen Kanten und Farben.',
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
        'Die Optimierung macht eine Zahl *L* kleiner: die drei Verluste, jeder mal seinem Gewicht, addiert. Kein Verfahren berechnet die Gewichte; sie werden nach Augenmaß gewählt. Bewegen Sie im laufenden Lauf einen Regler: Er macht mit seinem jetzigen Bild weiter.',
        'Mit Inhaltsgewicht 0 ist das Foto kein Ziel mehr. Aus Rauschen entsteht dann eine Textur; vom Foto aus kann seine grobe Anordnung bleiben. Mit Stilgewicht 0 ist der Stil kein Ziel mehr; das Bild geht zum Motiv des Fotos zurück, nicht unbedingt zu seinen genauen Farben. Mit Glättegewicht 0 entsteht feines Gesprenkel.',
      ],
    },
    raised: {
      title: 'Welches Gewicht wurde erhöht?',
      line: '',
      labels: ['vorher', 'nachher'],
      question: 'Eines der drei Gewichte wurde erhöht: Inhalt, Stil oder Glätte. Welches?',
      answer: 'Die Glätte: Benachbarte Pixel sind sich einig, und die Striche sind verwaschen.',
      text: [
        'Beide Bilder haben dasselbe Foto und denselben Stil. Rechts ist ein Gewicht mehr als vierzigmal so groß.',
        'Es ist das Gewicht der Totalvariation. Unterschiede benachbarter Pixel erhöhen *L* jetzt so sehr, dass die feinen Striche verschwinden.',
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
        'Foto, Netz und Gewichte sind gleich; nur das Stilbild ist verschieden. Johnson et al. trainierten ein Netz für einen Stil, das dann jedes Foto in einem Durchgang malt {johnson2016}: tausendmal schneller, aber jeder Maler ist ein Training von Stunden, und was Sie hier sehen, braucht keines.',
      ],
    },
    iterations: {
      title: 'Anzahl der Schritte',
      line: '',
      early: 'nach 50 Schritten', late: 'jetzt',
      after: (n) => `nach ${number(n)} Schritten`,
      text: [
        'Nach fünfzig Schritten ist zu sehen, was es wird. Spätere Änderungen sind kleiner: Striche werden vollständig, ruhige Flächen bekommen Textur. Das heutige Keras-Beispiel speichert alle 100 Schritte ein Bild und endet nach 4.000 {keras}.',
      ],
    },
    keras: {
      title: 'Das Rezept des Keras-Beispiels',
      line: '',
      labels: ['nach 50 Schritten', 'nach 4.000 Schritten'],
      heads: ['Verlust', 'Gewicht', 'Quadratsumme in Keras', 'dasselbe hier'],
      rows: ['Inhalt', 'Stil', 'Glätte'],
      weights: ['0,025', '1', '1'],
      here: ['÷ Summe des Fotos selbst', '÷ Summe des Stils selbst', 'Mittel statt Summe, ohne Potenz 1,25'],
      text: [
        'Das Keras-Beispiel {keras} vergleicht den Inhalt bei block5_conv2 und den Stil an der ersten Schicht jedes Blocks; dazu kommt die Totalvariation. Die ältere Fassung hat die Gewichte 0,025, 1 und 1, die heutige 2,5·10⁻⁸, 10⁻⁶ und 10⁻⁶, im selben Verhältnis. Ihre Verluste sind Quadratsummen mit Pixeln von 0 bis 255, also groß und von der Bildgröße abhängig. Im Stilverlust ist *C* gleich 3 und *N* die Zahl der Pixel des Bilds, für alle Schichten.',
        'Voreingestellt teilt diese Seite den Inhalt und jede Stilschicht durch die Größe ihres Ziels und nimmt bei der Glätte das Mittel. Die Voreinstellung „Keras-Beispiel“ behält die Summen von Keras. Für ein Bilderpaar lassen sich Keras’ Gewichte für den Inhalt umrechnen und für den Stil Schicht für Schicht. Für die Glätte geht es nicht, denn Keras nimmt die Quadrate hoch 1,25.',
        'Die ältere Fassung nimmt L-BFGS in Runden von höchstens 20 Auswertungen, die heutige 4.000 Schritte Gradientenabstieg. Die Voreinstellung „Keras-Beispiel“ folgt der älteren: 50 Runden, bis zu 1.000 Auswertungen. Beide Bilder sind aufgezeichnet, mit L-BFGS, nach 50 und 4.000 Auswertungen.',
      ],
    },
    others: {
      title: 'Pix2Pix und CycleGAN',
      line: '',
      heads: ['', 'braucht', 'wird trainiert', 'macht ein Bild'],
      rows: [
        ['Stil\u00adübertragung, hier', 'ein Foto, einen Stil', 'gar nicht', 'in Minuten: seine Pixel werden verändert'],
        ['Pix2Pix', 'Paare: Skizze und Foto desselben Schuhs', 'stundenlang, für eine Aufgabe', 'sofort: ein Netz zeichnet es'],
        ['CycleGAN', 'zwei Mengen ohne Paare: Pferde, Zebras', 'tagelang, mit beiden Mengen; hin und zurück über\u00adsetzt muss ein Bild passen', 'sofort: ein Netz zeichnet es'],
      ],
      text: [
        'Zwei andere Verfahren werden oft zusammen mit der Stilübertragung genannt. Pix2Pix {isola2017} lernt aus Bilderpaaren, etwa Umrissen und Fotos derselben Dinge, die eine Art in die andere zu verwandeln. Ein zweites Netz lernt, seine Ergebnisse von echten zu unterscheiden, und lehrt es so, was echt aussieht. CycleGAN {zhu2017} braucht keine Paare, nur zwei Mengen, etwa Fotos und Gemälde von Monet. Beim Training muss ein hin und zurück übersetztes Bild fast so herauskommen, wie es war. Auch hier beurteilen weitere Netze, was echt aussieht.',
        'Beide trainieren ein Netz mit vielen Bildern für eine Aufgabe, das danach jedes Bild sofort zeichnet. Was diese Seite tut, trainiert nichts und braucht ein einziges Stilbild, muss aber für jedes Ergebnis neu suchen.',
      ],
    },
    closing: {
      title: 'Das ist alles.',
      line: 'Ihre Bilder haben dieses Gerät nie verlassen.',
      painting: 'Das Ergebnis', caption: '', read: 'Zum Weiterlesen', shown: english.words.closing.shown,
      text: [
        'Ein festes Netz, drei Verluste und ein Bild, dessen Pixel so verändert werden, dass ihre gewichtete Summe kleiner wird: Das ist alles. Die Seite hinter diesem Vortrag tut dasselbe mit Ihren eigenen Bildern, größer, mit Masken und mehreren Stilen, und ohne sie irgendwohin zu schicken.',
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
    others: 'Pix2Pix: Paare. CycleGAN: zwei Mengen ohne Paare. Beide trainieren stundenlang und zeichnen dann sofort. Hier: kein Training, ein Stilbild.',
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
    blend: 'x gleich eins minus t mal c, plus t mal s',
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
