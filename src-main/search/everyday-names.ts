/**
 * Given names that people also type when they mean a thing, a month, a colour or a place. Whoever is called so is found by the
 * name, but the word alone takes no photo away: "rose in a vase" is a question about flowers.
 * Compared as contract/names.ts folds them.
 */
export const everydayNames: ReadonlySet<string> = new Set(
  // English: nature
  (
    'rose rosie lily lilly daisy violet iris ivy holly heather hazel jasmine poppy olive sage willow fern flora flower clover basil rosemary ' +
    'ginger cherry apple berry peach plum clementine juniper laurel myrtle primrose marigold magnolia dahlia aster lotus orchid tulip bay ' +
    'rowan ash aspen linden forest woods wood river brook lake ocean sea sandy rocky stone cliff clay sky star stella luna sunny sun sol rain ' +
    'storm snow snowy misty dawn dusk autumn summer winter spring aurora robin wren jay martin drake phoenix raven dove lark birdie bird ' +
    'bear wolf fox buck colt leo tiger kitty bunny teddy teddie duke duchess coral pearl ruby jade amber crystal opal gem gemma jewel ' +
    'diamond goldie silver sterling ' +
    // English: months, days, times, feasts
    'april may june august wednesday friday easter christmas noel eve carol ' +
    // English: words of all kinds
    'grace hope faith joy joyce charity patience prudence constance verity mercy honor honour destiny harmony melody bliss felicity chance ' +
    'will bill mark frank grant rich art chuck pat rob bob jack john dick nick rusty dusty woody buddy sonny junior king prince princess ' +
    'queen earl major judge dean bishop pope angel saint baker cook cooper carter mason miller porter hunter fisher fletcher smith taylor tanner ' +
    'tyler turner walker parker potter gardener skipper sailor pilot skip chip tip tab jet ace max miles lane heath glen dale cliff forrest reed ' +
    'penny bunny candy sugar honey cookie brandy sherry ginny gin olive pepper rocket dash flash sparkle misty bell belle harp viola ' +
    'piper harper page paige story wade ward victor champ guy gene ray rod rick stew van wally sue drew don dot fay gale barb tad ' +
    'young old little long short strong black white brown green gray grey blue scarlet red rusty blanche bianca blanca sienna indigo ebony ' +
    'case case heart love lovey baby mama papa mom dad mum granny grandma grandpa nana opa oma auntie uncle ' +
    'day week party home house street hill field park bridge church castle tower garden ' +
    // Places
    'paris london rome roma milan florence venice vienna sydney chelsea brooklyn austin dallas houston boston madison lincoln jackson jordan israel ' +
    'india asia africa america georgia virginia carolina dakota montana nevada arizona savannah cheyenne denver phoenix memphis orlando eden ' +
    'lourdes trinity holland ireland erin brittany lorraine kenya chad cuba malta kent chester lancaster york devon cairo odessa siena ' +
    'adelaide alberta victoria geneva geneve verona ' +
    // Spanish, Portuguese, Italian, French
    'rosa luz mar cielo ceu alba estrella nieves flor flora azucena violeta margarita perla paloma rocio lluvia sol luna angel dulce paz ' +
    'esperanza gracia mercedes pilar dolores soledad consuelo pascual domingo abril julio agosto primavera marina clara bella bello gioia ' +
    'sole stella fiore viola viole vera serena pace aria fleur marguerite olive violette prune cerise capucine jonquille pierre soleil neige ' +
    'lune ange aime reine roi clement desire celeste aurore printemps avril mai juin ' +
    // German, Dutch, Scandinavian
    'wolf bar ernst engel sonne stern heide linde rosen viola wolke mai juni juli bjorn ulf stein sten dag sol bo liv lilje roos madelief ' +
    'floor ' +
    // Slavic, Turkish, Greek, Hungarian, Arabic and Indian names in Latin letters
    'zora vesna jagoda ruza nada vuk slavuj sunce zvezda zvijezda dunja visnja lana mila ljubica jasna sneza snezana jaro zima leto bozic ' +
    'vera nadezhda lyubov ' +
    'deniz gul gunes yagmur bahar nehir toprak yildiz ay cicek lale menekse ' +
    'nour noor shams qamar warda yasmin yasmine ' +
    'asha puja chand suraj megha varsha kamal ganga ' +
    // Russian
    'вера надежда любовь роза лилия майя зоря ' +
    // Words of photos
    'photo picture image portrait selfie dog cat'
  ).split(' '),
);
