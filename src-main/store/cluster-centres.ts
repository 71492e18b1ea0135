/** Middles of the clusters that were last made with an encoder. */
import type { Database } from 'better-sqlite3';

export interface ClusterCentre {
  readonly id: string;
  /** [D], unit. */
  readonly centre: Float32Array;
}

export class ClusterCentreReader {
  protected readonly database: Database;
  readonly #read;

  constructor(database: Database) {
    this.database = database;
    this.#read = database.prepare<[string], { id: string; centre: Buffer }>(
      'SELECT id, centre FROM cluster_centres WHERE encoder = ? ORDER BY place',
    );
  }

  /** In the order in which they were kept; none before the first time. */
  of(encoder: string): ClusterCentre[] {
    return this.#read
      .all(encoder)
      .map(({ id, centre }) => ({ id, centre: new Float32Array(new Uint8Array(centre).buffer) }));
  }
}

export class ClusterCentres extends ClusterCentreReader {
  /** Keeps these in place of the ones before. */
  save(encoder: string, centres: readonly ClusterCentre[]): void {
    this.database.transaction(() => {
      this.database.prepare('DELETE FROM cluster_centres WHERE encoder = ?').run(encoder);
      const insert = this.database.prepare(
        'INSERT INTO cluster_centres (encoder, place, id, centre) VALUES (?, ?, ?, ?)',
      );
      for (const [place, { id, centre }] of centres.entries())
        insert.run(encoder, place, id, Buffer.from(centre.buffer, centre.byteOffset, centre.byteLength));
    })();
  }
}
