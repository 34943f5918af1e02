"""Words that fill our own templates: what Faker has no list of, or too short a one."""

from __future__ import annotations


def _listed(words: str) -> tuple[str, ...]:
    """The words between bars, wherever lines break."""
    return tuple(" ".join(word.split()) if word.strip() else "" for word in words.split("|"))


SYLLABLES = tuple(
    """
    an ar ba bel bo bra ca cho da del do dra el en er fa fi ga gel gor ha hen ik il in is ja jo ka kel ki ko kra
    la len li lo lu ma mar mi mo na nel ni no ola or pa pe ra ren ri ro ru sa sel shi so sta ta tel thi to tor
    tra u ul va vel vi vo wa wen xa ya yo za zel zi zo qua brin dal fen gart holm kov lund mann nak ovic quist
    rad sen ton vik witz ska czyk eira inho ez oglu dze nen
    """.split()
)
STREETS = tuple(
    """
    Street St St. Avenue Ave Ave. Road Rd Rd. Boulevard Blvd Lane Ln Drive Dr Dr. Court Ct Way Place Pl Square
    Terrace Highway Parkway Circle Close Crescent Grove Gardens Row Mews Walk Trail Alley Plaza Hill
    """.split()
)
STREETS_FIRST = tuple(
    """
    rue avenue boulevard chemin impasse quai place calle avenida Av. paseo plaza via Via viale piazza corso rua
    travessa ul. ulica al. os. strada str. Rue Calle C/ Rua Jalan
    """.split()
)
STREET_ENDINGS = tuple(
    """
    straße strasse str. gasse weg platz allee ring straat laan plein gracht gatan vägen vej gade veien katu tie
    """.split()
)
STREET_NAMES = tuple(
    """
    Main High Church Park Oak Maple Cedar Pine Elm Washington Lake Hill Station Mill School King's Queens
    Victoria Green North South West East River Spring Sunset Highland Broad Market Bridge Orchard Meadow Forest
    Lincoln Jackson 1st 2nd 3rd 4th 5th 11th 22nd 42nd
    """.split()
)
TOWN_STARTS = (
    "", "", "", "New", "Port", "Lake", "San", "Saint", "Santa", "North", "West", "East", "Upper", "Fort", "Bad",
    "El", "Los", "La",
)  # fmt: skip
TOWN_ENDS = (
    "", "", "", "ton", "ville", "burg", "berg", "ham", "ford", "stad", "grad", "shire", "wick", " Bay",
    " Falls", " Springs", " City", " Beach", " Heights",
)  # fmt: skip
CITIES = _listed(
    """
    London | Paris | New York | New York City | Tokyo | Beijing | Moscow | Berlin | Madrid | Rome | Vienna |
    Chicago | Boston | Seattle | Houston | Dallas | Miami | Atlanta | Denver | Toronto | Vancouver | Montreal |
    Sydney | Melbourne | Mumbai | Delhi | Bangalore | Shanghai | Singapore | Dubai | Istanbul | Cairo | Lagos |
    Nairobi | Lima | Santiago | Manila | Jakarta | Bangkok | Hanoi | Seoul | Osaka | Lisbon | Dublin | Edinburgh
    | Glasgow | Manchester | Liverpool | Leeds | Bristol | Cardiff | Belfast | Oslo | Stockholm | Copenhagen |
    Helsinki | Warsaw | Prague | Budapest | Athens | Zurich | Geneva | Brussels | Amsterdam | Rotterdam | Milan
    | Naples | Venice | Turin | Florence | Barcelona | Valencia | Lyon | Nice | Munich | Hamburg | Cologne |
    Frankfurt | Phoenix | Detroit | Philadelphia | Austin | Portland | Nashville | Orlando | Los Angeles | LA |
    NYC | San Francisco | San Diego | Las Vegas | Salt Lake City | Kansas City | New Orleans | Rio de Janeiro |
    Buenos Aires | Mexico City | Cape Town | Tel Aviv | Hong Kong | Kuala Lumpur | Ho Chi Minh City | St. Louis
    | Washington | Washington DC | Brooklyn | Manhattan | Queens | Hollywood | Beverly Hills | Oxford |
    Cambridge | York | Bath | Reading | Brighton | Sheffield | Bergen | Porto | Ghent | Bonn | Kyiv | Odessa |
    Minsk | Riga | Tallinn | Vilnius | Sofia | Bucharest | Belgrade | Zagreb | Sarajevo | Ankara | Beirut |
    Amman | Baghdad | Tehran | Kabul | Karachi | Lahore | Dhaka | Colombo | Kathmandu | Perth | Brisbane |
    Adelaide | Auckland | Wellington | Ottawa | Calgary | Quebec
    """
)
STATES = _listed(
    """
    Alabama | Alaska | Arizona | California | Colorado | Florida | Georgia | Hawaii | Idaho | Illinois | Indiana
    | Iowa | Kansas | Kentucky | Louisiana | Maine | Maryland | Massachusetts | Michigan | Minnesota |
    Mississippi | Montana | Nebraska | Nevada | New Jersey | New Mexico | New York | North Carolina | Ohio |
    Oklahoma | Oregon | Pennsylvania | South Dakota | Tennessee | Texas | Utah | Vermont | Virginia | West
    Virginia | Wisconsin | Ontario | British Columbia | Bavaria | Saxony | Hesse | Catalonia | Andalusia |
    Tuscany | Lombardy | Sicily | Normandy | Brittany | Provence | Kent | Essex | Yorkshire | Cornwall | Devon |
    Surrey | Queensland | Victoria | New South Wales | Kerala | Punjab | Gujarat | Bihar | Sao Paulo | Bahia |
    Jalisco | Flanders | Tyrol | Zealand
    """
)
STATE_CODES = tuple(
    """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK
    OR PA RI SC SD TN TX UT VT VA WA WV WI WY ON BC QC AB NSW VIC QLD WA
    """.split()
)
COUNTRIES = _listed(
    """
    France | Germany | Spain | Italy | Portugal | Belgium | the Netherlands | Netherlands | Switzerland |
    Austria | Poland | Denmark | Sweden | Norway | Finland | Iceland | Ireland | England | Scotland | Wales | UK
    | U.K. | United Kingdom | Great Britain | USA | U.S. | US | United States | America | Canada | Mexico |
    Brazil | Argentina | Chile | Peru | Colombia | Venezuela | Cuba | Jamaica | Russia | Ukraine | Belarus |
    Romania | Bulgaria | Serbia | Croatia | Slovenia | Slovakia | Hungary | Czech Republic | Greece | Turkey |
    Cyprus | Malta | Israel | Egypt | Morocco | Algeria | Tunisia | Libya | Sudan | Ethiopia | Kenya | Uganda |
    Tanzania | Nigeria | Ghana | Senegal | Mali | South Africa | Zimbabwe | Zambia | Angola | Congo | Saudi
    Arabia | UAE | United Arab Emirates | Qatar | Kuwait | Iran | Iraq | Syria | Lebanon | Jordan | Yemen |
    Afghanistan | Pakistan | India | Nepal | Bangladesh | Sri Lanka | Myanmar | Thailand | Vietnam | Cambodia |
    Laos | Malaysia | Singapore | Indonesia | Philippines | the Philippines | China | Taiwan | Japan | South
    Korea | North Korea | Mongolia | Kazakhstan | Georgia | Armenia | Azerbaijan | Australia | New Zealand |
    Fiji | Europe | Asia | Africa | South America | Scandinavia | Estonia | Latvia | Lithuania
    """
)
COMPANIES = _listed(
    """
    Google | Microsoft | Apple | Amazon | Facebook | Twitter | Netflix | IBM | Intel | Oracle | SAP | Siemens |
    Bosch | BMW | Volkswagen | Toyota | Honda | Ford | General Motors | General Electric | Walmart | Target |
    Costco | IKEA | Tesco | Carrefour | Nestle | Unilever | Pfizer | Bayer | Novartis | Roche | Shell | BP |
    Exxon | Goldman Sachs | Morgan Stanley | Deutsche Bank | Barclays | HSBC | Citibank | Wells Fargo | PayPal |
    UBS | Deloitte | KPMG | McKinsey | Boeing | Airbus | Lufthansa | Delta | Ryanair | FedEx | UPS | DHL |
    Verizon | Vodafone | Samsung | Sony | Nokia | NASA | NATO | UN | United Nations | FBI | CIA | BBC | CNN |
    Reuters | The New York Times | Harvard | MIT | Stanford | Yale | WHO | UNICEF | Red Cross | Greenpeace |
    Manchester United | Real Madrid | Lakers | Yankees | Starbucks | McDonalds | Uber | Airbnb | Spotify | Adobe
    | Cisco | Dell | Pepsi | Disney | Warner Bros | Universal | Philips | Ericsson | Volvo | Heineken | Danone |
    Zara | Nike | Adidas
    """
)
COMPANY_WORDS = tuple(
    """
    Global National First United Pacific Atlantic Northern Summit Pioneer Blue Bright Quantum Vertex Nova Delta
    Alpha Omega Prime Apex Star Royal Golden Silver Metro Urban Rapid Smart Digital Solar Green Iron Stone
    Harbor Liberty
    """.split()
)
COMPANY_ENDS = _listed(
    """
    Inc | Inc. | Ltd | Ltd. | LLC | GmbH | AG | S.A. | SpA | BV | Corp | Corp. | Corporation | Group | Holdings
    | Partners | & Sons | & Co | Solutions | Systems | Technologies | Industries | Bank | Insurance | Foods |
    Motors | Airlines | Media | Consulting | Logistics | Pharma | Energy | Foundation | Records | Studios | Labs
    | Software | Capital | Associates | Services | Trust | Club | Hotels | Stores
    """
)
INSTITUTES = _listed(
    """
    University of | Bank of | City of | Church of | Museum of | Port of | College of | Royal Society of | FC |
    AC | Institute of
    """
)
INSTITUTE_ENDS = _listed(
    """
    University | General Hospital | Police | City Council | High School | College | Airport | Library | FC |
    Times | Symphony | Medical Center | Museum
    """
)
THINGS = tuple(
    """
    card account order payment transfer invoice refund ticket phone laptop delivery parcel package subscription
    password code pin balance statement receipt charge fee rate currency exchange cash machine atm bank deposit
    loan mortgage insurance policy claim contract form application app website page link button screen keyboard
    cable charger battery camera printer router table chair sofa lamp shirt jacket shoe dress bag watch ring
    book movie song game team player coach match party dinner lunch breakfast coffee tea beer pizza burger salad
    bread cheese car bike train flight hotel room key door window garden kitchen school class teacher student
    exam doctor nurse hospital medicine test result report meeting project plan idea question answer problem
    issue error update version file folder message letter mail call text photo video story news weather day
    night week month year morning evening summer winter friend family child dog cat shop store market price
    discount coupon voucher gift size colour merchant passcode top-up verification identity beneficiary swift
    limit address change details edit
    """.split()
)
VERBS = tuple(
    """
    order pay transfer return cancel change update check find open close send receive track block freeze
    activate verify top edit delete add remove use buy sell book rent repair fix clean replace install download
    upload print scan sign read write call answer ask tell show watch play stop start run walk drive fly cook
    eat drink wait stay leave move keep lose win learn teach test reset approve decline dispute convert withdraw
    deposit link cash
    """.split()
)
ADJECTIVES = tuple(
    """
    good bad new old big small fast slow cheap expensive late early broken lost missing pending wrong right
    virtual physical disposable contactless automatic monthly weekly daily annual free full empty hot cold warm
    nice great terrible awful amazing lovely happy sad angry tired busy quiet loud clean dirty easy hard simple
    strange funny serious safe unsafe open closed unknown extra available invalid expired temporary additional
    foreign domestic international national local main direct final total average
    """.split()
)
# Words of every day, which no list of names should take for one.
EVERYDAY = tuple(
    """
    kindly alright confirm confirmed sure surely certainly perfect exactly indeed maybe perhaps actually
    basically really simply probably possibly definitely absolutely honestly sadly luckily recently currently
    immediately usually often sometimes always never already almost enough quite rather instead otherwise
    besides anyway therefore however although though unless until while whether because since during within
    without between among against across around behind beside beyond despite towards upon via per plus minus
    half quarter third double triple dozen pair couple several various another either neither everyone everybody
    someone somebody anyone nobody everything something anything nothing everywhere somewhere anywhere nowhere
    vegetarian vegan options option choice offer offers service services support outdoor indoor seating seat
    seats residence resident apartment apartments house home place space area region district neighbourhood town
    village city capital country county border island river lake mountain beach forest park museum venue theatre
    cinema stadium gallery castle church temple tower bridge station airport harbour port terminal platform gate
    lounge lobby reception elevator stairs parking garage pool gym spa wifi breakfast buffet menu dish meal
    starter dessert drink wine water juice milk sugar salt pepper rice pasta noodles soup meat chicken fish egg
    fruit apple orange banana lemon vegetable potato tomato onion garlic oil butter savings checking current
    cost costs price prices budget income salary tax taxes bonus pension interest share shares stock bond fund
    funds credit debit spend spending spent earn earning profit loss benefit benefits advantage risk hotel
    hostel motel suite reservation reserve booking bookings check-in checkout arrival arrive depart departure
    travel trip journey tour visit tourist guide map luggage bag bags suitcase visa border customs passenger
    crew pilot driver taxi bus tram metro ferry boat ship plane wheel engine fuel petrol diesel tyre brake
    seatbelt helmet licence permit fine police fire ambulance emergency accident injury pain fever cough
    headache flu virus disease treatment therapy surgery patient symptom dose pill tablet allergy blood heart
    lung liver kidney brain bone muscle skin eye ear nose mouth tooth teeth hair hand finger arm leg foot knee
    back neck shoulder head face body health healthy sick ill weak strong hungry thirsty sleepy bored excited
    worried afraid proud glad sorry angry upset calm polite rude kind gentle brave clever smart stupid crazy
    lazy famous popular common rare special normal regular typical usual unusual strange weird different similar
    equal opposite correct incorrect true false real fake original copy draft final complete partial whole
    entire single multiple major minor main basic advanced modern ancient recent previous next following former
    latter upper lower inner outer left middle top bottom front rear side corner edge surface circle square line
    point colour red blue green yellow purple pink brown light dark bright deep shallow thick thin wide narrow
    tall short long heavy soft rough smooth sharp flat round straight empty loose tight wet dry fresh raw sweet
    sour bitter salty spicy delicious tasty music concert album singer band guitar piano drum violin dance
    dancing actor actress director drama comedy horror thriller action adventure fantasy fiction novel poem poet
    author reader writer chapter title genre character plot scene role cast crew award prize winner loser
    champion score goal match league cup trophy race medal record sport tennis football soccer basketball
    baseball hockey golf cricket rugby boxing swimming running cycling skiing yoga training trainer computer
    server network internet browser website email inbox spam account username profile setting settings option
    menu button icon cursor mouse keyboard laptop tablet monitor printer scanner camera speaker microphone
    headphone battery charger cable plug socket wire signal data database table row column cell field value key
    index query search filter sort list array string number integer float code program function method class
    object variable constant loop test bug error warning exception crash freeze restart reboot backup restore
    copy paste cut undo redo save load export import convert merge split compare review approve reject
    government minister president parliament election vote party policy law court judge jury trial crime prison
    war peace army soldier weapon treaty economy market trade industry factory worker union strike job career
    employee employer boss colleague intern contract salary interview resume skill experience training degree
    diploma course lesson lecture homework exam grade semester campus student pupil teacher professor principal
    library science physics chemistry biology history geography maths language grammar word sentence paragraph
    page essay article weather rain snow wind storm cloud sun sunny cloudy rainy foggy temperature degree season
    spring autumn animal animals pet pets horse cow pig sheep goat duck bird snake spider insect bee butterfly
    tree plant flower grass leaf root seed garden farm farmer field harvest soil stone rock sand metal iron
    steel copper plastic paper wood glass cloth cotton wool leather bottle box bag basket bucket knife fork
    spoon plate bowl cup mug pan pot oven stove fridge freezer sink tap towel soap brush mirror bed pillow
    blanket curtain carpet floor ceiling wall roof door window stair delivery delivered shipped shipping
    tracking tracked courier package returned replacement exchange warranty receipt purchase purchased bought
    sold seller vendor supplier retailer wholesale retail brand label tag barcode catalog sale discount promo
    coupon bargain expensive affordable cheap quality quantity amount total subtotal balance payment payments
    paid unpaid due overdue deadline schedule calendar appointment event events meeting agenda minutes notes
    attraction attractions allows owns suits grab viva baths arts drama ton bucks savings
    """.split()
)
JOBS = _listed(
    """
    engineer | manager | teacher | nurse | doctor | lawyer | driver | singer | actor | writer | painter | sales
    manager | accountant | software developer | chief executive | director | secretary | professor | architect |
    chef | footballer | politician | journalist | consultant | analyst | president | vice president | head of
    sales | CEO | CFO | HR Manager | Product Owner
    """
)
NATIONALITIES = tuple(
    """
    American British English French German Italian Spanish Dutch Polish Russian Chinese Japanese Indian Mexican
    Brazilian Canadian Australian Irish Scottish Swedish Danish Norwegian Finnish Greek Turkish Korean Thai
    Arabic European Asian African Latin
    """.split()
)
