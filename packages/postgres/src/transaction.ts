import type { Statement, StatementResult, Transaction } from './database.ts';
import { TransactionEndedError, TransactionRolledBackError } from './errors.ts';
import { StatementRunner } from './statement-runner.ts';

type Run = <Row extends object>(statement: Statement) => Promise<StatementResult<Row>>;

/** BEGIN, the work, COMMIT; ROLLBACK when the work throws. The caller discards a connection that is not idle afterwards. */
export async function runTransaction<T>(run: Run, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  const transaction = new OpenTransaction(run);
  // Not awaited before the work, so that it travels with the first statement. Its failure is met at COMMIT or ROLLBACK.
  const begun = run({ text: 'BEGIN' });
  begun.catch(() => {});
  let result: T;
  try {
    result = await work(transaction);
    await begun;
  } catch (error) {
    transaction.end();
    await run({ text: 'ROLLBACK' }).catch(() => {});
    throw error;
  }
  transaction.end();
  const { command } = await run({ text: 'COMMIT' });
  if (command !== 'COMMIT') throw new TransactionRolledBackError();
  return result;
}

class OpenTransaction extends StatementRunner implements Transaction {
  readonly #run: Run;
  #ended = false;

  constructor(run: Run) {
    super();
    this.#run = run;
  }

  end(): void {
    this.#ended = true;
  }

  override async run<Row extends object>(statement: Statement): Promise<StatementResult<Row>> {
    if (this.#ended) throw new TransactionEndedError();
    return await this.#run<Row>(statement);
  }
}
