import { type TripletOptions, triplet, tripletOfDistances } from '../../../training/losses/triplet.ts';
import { testGolden } from '../golden.ts';
import { type Row, type Scalar, distance, mean, squaredDistance, unit } from '../judge/scalar.ts';

const hinge = (difference: Scalar, margin: TripletOptions['margin']) =>
  margin === 'soft' ? difference.softplus() : difference.add(margin).relu();

testGolden<TripletOptions>('triplet', 'triplet-given', {
  graph({ anchor, positive, negative }, params) {
    const { active, ...rest } = triplet(anchor!, positive!, negative!, params);
    return { ...rest, activeFraction: active };
  },
  loops({ anchor, positive, negative }, { margin, squared, normalize }) {
    const between = squared ? squaredDistance : distance;
    const row = (x: Row) => (normalize ? unit(x) : x);
    return mean(
      anchor!.map((a, i) =>
        hinge(between(row(a), row(positive![i]!)).sub(between(row(a), row(negative![i]!))), margin),
      ),
    );
  },
});

testGolden<{ readonly margin: number }>('triplet', 'triplet-from-distances', {
  graph({ positiveDistance, negativeDistance }, { margin }) {
    const { loss, perTriplet } = tripletOfDistances(positiveDistance!, negativeDistance!, margin);
    return { loss, perTriplet };
  },
  loops({ positiveDistance, negativeDistance }, { margin }) {
    const [near, far] = [positiveDistance as unknown as Row, negativeDistance as unknown as Row];
    return mean(near.map((d, i) => hinge(d.sub(far[i]!), margin)));
  },
});
