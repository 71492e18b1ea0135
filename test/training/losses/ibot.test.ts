import { ibot } from '../../../training/losses/ibot.ts';
import { testGolden } from '../golden.ts';
import { type Row, Scalar, add, logSumExp, mean } from '../judge/scalar.ts';

interface Params {
  readonly studentTemperature: number;
  readonly teacherTemperature: number;
  readonly centerMomentum: number;
}

testGolden<Params>('distill', 'ibot', {
  graph: ({ student, teacher, center, mask }, params) => ibot(student!, teacher!, mask, center!, params),
  loops({ student, teacher, center, mask }, { studentTemperature, teacherTemperature }) {
    const [students, teachers] = [student, teacher] as unknown as readonly (readonly (readonly Row[])[])[];
    const images = students!.map((patches, image) => {
      const masked = patches.flatMap((patch, p) => {
        if ((mask as unknown as readonly (readonly number[])[])[image]![p] === 0) return [];
        const wanted = teachers![image]![p]!.map(
          (v, k) => (v.value - (center as unknown as Row)[k]!.value) / teacherTemperature,
        );
        const total = logSumExp(wanted.map((v) => new Scalar(v))).value;
        const logits = patch.map((logit) => logit.div(studentTemperature));
        const all = logSumExp(logits);
        return [add(logits.map((logit, k) => all.sub(logit).mul(Math.exp(wanted[k]! - total))))];
      });
      return masked.length > 0 ? mean(masked) : new Scalar(0);
    });
    return mean(images);
  },
});
