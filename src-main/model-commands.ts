/** The commands of encoders: which there are, and the download of one from the catalog. */
import { encoderId } from '../models/catalog-card.ts';
import { downloadBytes, type CatalogEntry } from '../models/catalog.ts';
import { switchFaceModel } from './switch-face-model.ts';
import type { Services } from './app.ts';
import type { CommandInput, CommandName, CommandOutput, Encoder, Models } from './contract/api.ts';
import { LikenessError } from './contract/errors.ts';

export type ModelCommand = Extract<CommandName, `models.${string}`>;

type ModelHandlers = {
  readonly [Name in ModelCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function modelCommands(services: Services): ModelHandlers {
  const { encoders, installs, faceModels } = services;
  const models = () => listModels(services);
  /** Where a name belongs: an unknown one is refused by the encoders' list. */
  const installsOf = (name: string) => (faceModels.installs.find(name) ? faceModels.installs : installs);
  return {
    'models.list': async () => models(),
    'models.install': async ({ id }) => {
      installsOf(id).start(id);
      return models();
    },
    'models.cancel': async ({ id, discard }) => {
      await installsOf(id).cancel(id, { discard });
      return models();
    },
    'models.use': async ({ id: name }) => {
      const faces = faceModels.find(name);
      if (faces) return { job: switchFaceModel(faces, services) };
      const offered = faceModels.installs.find(name);
      if (offered) throw notInstalled(offered);
      const entry = installs.find(name);
      const id = entry ? encoderId(entry) : name;
      if (entry && !encoders.find(id)) throw notInstalled(entry);
      return { job: await services.useEncoder(id) };
    },
  };
}

function notInstalled({ id, name }: Pick<CatalogEntry, 'id' | 'name'>): LikenessError {
  return new LikenessError(
    'not-found',
    `${name} is not installed.`,
    `Install it first: in the settings, or by \`likeness models install ${id}\`.`,
  );
}

export const listModels = (
  services: Pick<Services, 'encoders' | 'installs' | 'activeEncoder' | 'faceModels'>,
): Models => ({ models: listEncoders(services), faces: services.faceModels.list() });

/** The installed encoders, then those of the catalog that are not, the recommended one first of these. */
function listEncoders({
  encoders,
  installs,
  activeEncoder,
}: Pick<Services, 'encoders' | 'installs' | 'activeEncoder'>): Encoder[] {
  const active = activeEncoder();
  const offered = new Map(installs.catalog.map((entry) => [encoderId(entry), entry]));
  const offer = (entry: CatalogEntry | undefined) => ({
    recommended: entry?.recommended ?? false,
    from: entry ? installs.host : null,
    download: entry ? installs.stateOf(entry) : null,
  });
  const installed = encoders.all.map(({ id, name, card, bytes }) => ({
    id,
    name,
    licence: card.licence,
    bytes,
    installed: true,
    active: id === active.id,
    ...offer(offered.get(id)),
  }));
  const others = [...offered]
    .filter(([id]) => !encoders.find(id))
    .sort(([, a], [, b]) => Number(b.recommended) - Number(a.recommended))
    .map(([id, entry]) => ({
      id,
      name: entry.name,
      licence: entry.licence,
      bytes: downloadBytes(entry),
      installed: false,
      active: false,
      ...offer(entry),
    }));
  return [...installed, ...others];
}
