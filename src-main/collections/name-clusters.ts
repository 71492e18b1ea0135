/** What clusters show, in a word: the everyday thing that the photos of one are nearer to than those of the others. */
import { dot } from '../../models/embedding.ts';

/** Deviations by which a word must stand out from the others, and from the next one. */
const standsOut = 2;
const leads = 0.15;

/**
 * @param means  mean embedding of each cluster's photos. @param library  that of all photos. @param words  one unit vector each.
 * @returns place of the word for each cluster; null where none stands out.
 */
export function namesOf(
  means: readonly Float32Array[],
  library: Float32Array,
  words: readonly Float32Array[],
): (number | null)[] {
  const typical = words.map((word) => dot(word, library));
  return means.map((mean) => {
    const scores = words.map((word, i) => dot(word, mean) - typical[i]!);
    const average = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const deviation = Math.sqrt(
      scores.reduce((sum, score) => sum + (score - average) ** 2, 0) / scores.length,
    );
    const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
    const [first, second] = [scores[sorted[0]!]!, scores[sorted[1]!] ?? -Infinity];
    const clear = first - average > standsOut * deviation && first - second > leads * deviation;
    return clear ? sorted[0]! : null;
  });
}

/** Things, places and doings that people photograph. */
export const clusterWords: readonly string[] = (
  'dog,cat,horse,bird,fish,cow,sheep,duck,butterfly,insect,wild animal,baby,child,woman,man,couple,family,group of people,crowd,portrait,' +
  'wedding,birthday,party,concert,dancing,football,basketball,baseball,tennis,running,cycling,skateboarding,surfing,swimming,skiing,' +
  'snowboarding,climbing,hiking,camping,fishing,playground,beach,sea,lake,river,waterfall,mountain,forest,tree,field,desert,snow,ice,sky,' +
  'clouds,sunset,night,rain,garden,flower,plant,mushroom,fruit,vegetables,food,cake,drink,coffee,kitchen,restaurant,table,living room,' +
  'bedroom,office,classroom,shop,market,museum,church,castle,bridge,tower,city,street,house,building,window,door,stairs,car,truck,bus,' +
  'motorcycle,bicycle,train,airplane,boat,ship,road,book,document,screen,computer,telephone,clock,toy,musical instrument,clothes,shoes,' +
  'furniture,tool,machine,painting,drawing,sign,flag,statue,fireworks,fire'
).split(',');
