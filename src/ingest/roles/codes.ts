/** ISO 4217 codes of currencies in use. */
export const CURRENCIES: ReadonlySet<string> = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF ' +
    'CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD ' +
    'HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD ' +
    'MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN ' +
    'PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY ' +
    'TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL'
  ).split(' '),
);

const ISO_3166 =
  'ad ae af ag ai al am ao ar as at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci ' +
  'cl cm cn co cr cu cv cy cz de dj dk dm do dz ec ee eg er es et fi fj fm fo fr ga gb gd ge gg gh gi gl gm gn gq gr ' +
  'gt gu gw gy hk hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk ' +
  'lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mr mt mu mv mw mx my mz na ne ng ni nl no np nr nz om pa pe pf ' +
  'pg ph pk pl pr ps pt pw py qa ro rs ru rw sa sb sc sd se sg si sk sl sm sn so sr ss st sv sy sz tc td tg th tj tl ' +
  'tm tn to tr tt tv tw tz ua ug us uy uz va vc ve vg vn vu ws ye za zm zw ' +
  'arg aus aut bel bgr bra can che chl chn col cze deu dnk egy esp est fin fra gbr grc hkg hrv hun idn ind irl irn ' +
  'irq isl isr ita jpn kor ltu lux lva mar mex mlt mys nga nld nor nzl pak per phl pol prt rou rus sau sgp srb svk ' +
  'svn swe tha tun tur twn ukr usa ven vnm zaf';
const NAMES =
  'argentina,australia,austria,belgium,brazil,bulgaria,canada,chile,china,colombia,croatia,cyprus,czech republic,' +
  'czechia,denmark,egypt,estonia,finland,france,germany,greece,hong kong,hungary,iceland,india,indonesia,iran,iraq,' +
  'ireland,israel,italy,japan,kenya,latvia,lithuania,luxembourg,malaysia,malta,mexico,morocco,netherlands,' +
  'new zealand,nigeria,norway,pakistan,peru,philippines,poland,portugal,romania,russia,saudi arabia,serbia,' +
  'singapore,slovakia,slovenia,south africa,south korea,spain,sweden,switzerland,taiwan,thailand,tunisia,turkey,' +
  'ukraine,united arab emirates,united kingdom,united states,uk,usa,venezuela,vietnam';

/** ISO 3166-1 codes (two letters all, three letters the common ones) and English names, in lower case. */
export const COUNTRIES: ReadonlySet<string> = new Set([...ISO_3166.split(' '), ...NAMES.split(',')]);
