import { Migration } from '@mikro-orm/migrations';
import { OPERATIONS_TABLES } from '@order-saga/messaging';

export class AddOperations extends Migration {
  override up(): void {
    for (const statement of OPERATIONS_TABLES) this.addSql(statement);
  }
}
