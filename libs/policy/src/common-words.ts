/**
 * Words that people make passwords of, of English, Finnish and Swedish: in lower case, without accents, five letters
 * and more. Not the passwords themselves, but what is left of them once digits and repetitions are taken away.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
  aamulla abcdef access account accounting admin administrator adobe alexander alexandra alskar alskling amanda
  america andrea andrew angel angels animal anthony apple april arsenal ashley asshole august augusti auringonpaiste
  aurinko autumn avaruus avengers azerty babygirl banana barcelona baseball basketball batman beautiful biteme blessed
  blomma bluebird bokforing bokslut booger bookkeeping boston brandon british bubbles buddy bullshit business buster
  butterfly byraloner calvin camaro captain carlos casper change changeit changeme charlie cheese chelsea chester
  chicago chicken chocolate christmas christopher cocacola coffee company computer cookie correct corvette cowboy
  crystal dallas daniel danielle database dator december default diamond dolphin donald dragon eagle edward efterar
  elephant elokuu emmanuel enkeli enter faktura familj family february ferrari finland flower flowers football forever
  fotboll fredag freedom friday friend friends fuckoff fuckyou gandalf garfield george ginger golden google goteborg
  guest guitar hallinta hammer hannah happy harley heather heinakuu hejsan hello helmikuu helsinki hemlig hemligt
  hevonen hockey holiday horse huhtikuu hunter iceman ihana iloveu iloveyou ilves ingen inlog internet invoice
  itsenaisyys jaakiekko jackson jalkapallo januari january jasmine jasper jennifer jessica jesus jokerit jordan joseph
  joshua joulu joulukuu joulupukki juhannus juldag julia junior justin kahvi kaikki kalevala kalle karhu karhunen
  karlek karppa katten kaverit kesakuu kesaloma keskiviikko kesto kevat killer kirjanpitaja kirjanpito kirjaudu kissa
  kissat knight koira koirat konto koodi kotiin koulu kultaseni kultsi kungen kuningas kunnas kuopio kvinna laptop
  lasku laskutus lauantai ledning leijona letmein liverpool login lohikaarme lokakuu london lordag losen losenord
  lotta lovely loveme lover lovers loveyou luottamus maailma maaliskuu maanantai madison maggie majblomma malmo mamma
  mammas manager manchester mandag manniska mansikka marina marine marraskuu martin master matrix matthew maverick
  melissa merlin mersu michael michelle mickey microsoft midnight minecraft mobile moikka mokki monday monkey monster
  morgan morsa mother mountain mummo mustang mustikka myspace naruto nathan netscape nettiin newyork nicholas nicole
  nintendo norrland november nyckel october office oikeus oktober onsdag orange oulun owner paallikko packers pakistan
  palkanlaskenta palvelu panther pappa parola paska passphrase passwd password passwort patrick peanut pepper perhe
  perjantai perkele persikka phoenix picture pirkka please poika pokemon porkkana porsche portal power princess
  prinsessa prinsessan private puhelin purple qazwsx qwert qwerty rabbit raiders rainbow rakas rakastan rakkaus
  rakkauteni ranger rebecca redovisning rocky rosebud rovaniemi saatana salainen salasana salasanani samantha samsung
  satama saturday sauna saunailta savonlinna scooter secret secure security sekreterare semester september server
  service shadow silver simple skatten slipknot smokey snoopy soccer solen solsken sommar sondag sophie spider
  spiderman spring staple startrek starwars steven stockholm student summer sunday sunnuntai sunshine suomalainen
  suomi superman superuser support svenska sverige sweden sweetie syksy system syyskuu talvi tammikuu tampere taylor
  teacher temporary tennis terve tervetuloa testaus tester testi testing thomas thunder thursday tigger tiistai
  tilinpaatos tilitoimisto tilitys tinkerbell tisdag toimisto torsdag torstai toukokuu trustno tuesday tunnus turku
  twilight tytto united username vacation vaihda valkommen vampire vanessa vanner vantaa vappu varen verotus vesilahti
  victoria vieras viikko vinter vittu wednesday welcome westlife whatever william windows winner winter wizard yamaha
  yankees yellow yritys ystava ystavat zxcvb
  `
    .trim()
    .split(/\s+/),
);
