import type { Queryable, Statement, StatementResult } from './database.ts';

/** The three ways to run a statement, all over `run`. */
export abstract class StatementRunner implements Queryable {
  abstract run<Row extends object = Record<string, unknown>>(statement: Statement): Promise<StatementResult<Row>>;

  async query<Row extends object = Record<string, unknown>>(text: string, values: readonly unknown[] = []) {
    const { rows } = await this.run<Row>({ text, values });
    return rows;
  }

  async prepared<Row extends object = Record<string, unknown>>(
    name: string,
    text: string,
    values: readonly unknown[] = [],
  ) {
    const { rows } = await this.run<Row>({ name, text, values });
    return rows;
  }

  async execute(text: string, values: readonly unknown[] = []): Promise<number> {
    const { affected } = await this.run({ text, values });
    return affected;
  }
}
