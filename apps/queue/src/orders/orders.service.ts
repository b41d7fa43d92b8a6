import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import type { Pass } from '@madang/waiting-room';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { OrderView } from './order.contract';

interface OrderRow extends Omit<OrderView, 'createdAt'> {
  readonly createdAt: Date;
}

const COLUMNS = 'id, event_product_id AS "eventProductId", created_at AS "createdAt"';
const FIND = `SELECT ${COLUMNS} FROM event_order WHERE pass_id = $1`;
/** Waits for another request with the same pass, and then does nothing. */
const INSERT = `
  INSERT INTO event_order (id, event_product_id, pass_id) VALUES ($1, $2, $3)
  ON CONFLICT (pass_id) DO NOTHING RETURNING ${COLUMNS}`;

@Injectable()
export class OrdersService {
  constructor(
    private readonly dataSource: DataSource,
    @InjectIdFormat('order') private readonly ids: UuidV7Format,
  ) {}

  /** @returns the order of this pass, and whether it was made now: a pass orders once */
  async place(product: string, pass: Pass): Promise<{ readonly order: OrderView; readonly isNew: boolean }> {
    const id = this.ids.generate();
    return this.dataSource.transaction(async (manager) => {
      const [made] = await manager.query<OrderRow[]>(INSERT, [id, product, pass.id]);
      const [order = made] = made ? [made] : await manager.query<OrderRow[]>(FIND, [pass.id]);
      if (!order) throw new Error('The order of this pass is gone.');
      return { order: orderView(order), isNew: made !== undefined };
    });
  }

  async find({ id }: Pass): Promise<OrderView | null> {
    const [order] = await this.dataSource.query<OrderRow[]>(FIND, [id]);
    return order ? orderView(order) : null;
  }
}

function orderView({ createdAt, ...rest }: OrderRow): OrderView {
  return { ...rest, createdAt: createdAt.toISOString() };
}
