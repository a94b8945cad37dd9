/**
 * Words and names that people here make passwords of and lists made elsewhere lack: of Finnish, Swedish and the trade; in
 * lower case, without accents, five letters and more.
 */
export const LOCAL_WORDS: readonly string[] = `
  aamulla abcdef akuankka aleksi alskade alskar alskling andersson antti arttu augusti auringonpaiste avaruus backman
  bamse banaani bemari bengt birgitta blomma bokforing bokslut bookkeeping byraloner chokladboll
  correcthorsebatterystaple dator eemeli efterar eliisa elokuu erkki eveliina faktura familj fotboll fredag goteborg
  gunilla gustafsson hallinta hamalainen hannele hannu harakka heikki heikkila heikkinen heinakuu heinonen helmi
  helmikuu hemlig hemuli henkka henriksson hermanni hiltunen homma huhtikuu huomenta hyvaa ihana ilkka ilmari ilves
  ingen inkeri inlog itsenaisyys jaakiekko jaakko jaana jalkapallo jarmo jarvi jarvinen jeesus johansson jokerit
  jokinen jokumuu joona jorma jouko joulu joulukuu joulupukki jouni juhannus jukka juldag jumalauta jussi juusto
  kaarina kahvi kaija kaikki kalevala kalevi kaljaa kanelbulle karhu karhunen karjalainen karlek karlsson karpat
  karppa karvinen katri kaverit kekkonen kesakuu kesaloma keskiviikko kesto kevat kiitos kikkeli kimmo kinnunen
  kirjanpitaja kirjanpito kirjaudu kirsi kissat koira koirat kolikko konto koodi korhonen koskinen kotiin kottbullar
  koulu kristiina kukkaruukku kukkuu kultaseni kultsi kuningas kunnas kuopio kuukkeli kvinna laine laitinen lasku
  laskutus lauantai ledning leena lehtinen lehtonen leijona liisa lindholm lindqvist lindroos login lohikaarme lokakuu
  lolled lollero lordag losen lotta lumiukko luottamus maailma maaliskuu maanantai maarit maija majblomma makela
  makinen makkara malmo mammas mandag manniska margareta marja marjatta markku marraskuu martti mattila merja mersu
  mervi metsa miettinen mikko minna mirja mokki morsa mummo nakki nelonen nettiin niemi nieminen niina nilsson
  norrland nyberg nyckel nyman oikeus olavi ollila omena onsdag oskari oulun paallikko paavo palkanlaskenta palvelu
  paskaa passphrase pekka perhe perjantai perse persikka pertti peruna petteri pirjo pirkka pirkko pitkanen poika
  poliisi porkkana prinsessa prinsessan puhelin raija raimo rakastan rakkauteni rantanen redovisning reijo riikka
  riitta risto ritva roope rovaniemi ruusu saara saarinen saatana salainen salasanani salminen salonen sammakko samuli
  santtu satama saunailta savolainen savonlinna seija sekreterare seolenmina seppo sirpa skatten smorgas solen solros
  solsken sondag sunnuntai suomalainen supersalainen superuser svensson syksy syyskuu talvi tammikuu tampere tapani
  tapio tappara tarja teemu teppo terve tervetuloa testaus testi thisisa tietokone tiina tiistai tilinpaatos
  tilitoimisto tilitys tisdag toimisto toivonen tomten torsdag torstai toukokuu tuija tunnus tuomas tuominen turku
  turunen tuula tytto vaahtera vaihda valkommen valtteri vanner vanskap vantaa vappu varen veikko verotus vesilahti
  vieras viikko viini virtanen vittu ykkonen yritys ystava ystavat zxcvb
  `
  .trim()
  .split(/\s+/);
