import { siglip } from '../../../training/losses/siglip.ts';
import { testGolden } from '../golden.ts';
import { Scalar, dot, unit } from '../judge/scalar.ts';

testGolden<{ readonly chunk?: number }>('clip', 'siglip', {
  graph: ({ image, text, tPrime, b, ids }, { chunk }) => siglip(image!, text!, tPrime!, b!, { ids, chunk }),
  loops({ image, text, tPrime, b, ids }) {
    const scale = (tPrime as unknown as Scalar).exp();
    let total = new Scalar(0);
    for (const [i, x] of image!.entries())
      for (const [j, y] of text!.entries()) {
        if (i !== j && ids && ids[i] === ids[j]) continue;
        const logit = dot(unit(x), unit(y))
          .mul(scale)
          .add(b as unknown as Scalar);
        total = total.add(logit.mul(i === j ? -1 : 1).softplus());
      }
    return total.div(image!.length);
  },
});
