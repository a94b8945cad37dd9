import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import { product } from './product-document.ts';

/** The register's row as an entity, in a scratch table with the register's columns. */
const ScratchProduct = defineEntity({
  name: 'ScratchProduct',
  schema: 'bench',
  tableName: 'scratch_product',
  properties: {
    environmentId: p.uuid().primary(),
    companyId: p.uuid().primary(),
    productCode: p.text().primary(),
    name: p.text(),
    eanCode: p.text(),
    productGroup: p.text(),
    unit: p.text(),
    salesPrice: p.decimal(),
    purchasePrice: p.decimal(),
    defaultToInvoice: p.boolean(),
    originCountry: p.text(),
    publicDescription: p.text(),
    imported: p.boolean(),
    writtenBy: p.text(),
  },
});

/** Milliseconds for one record when the ORM upserts them one after the other, each committed, as one would at first. */
export async function rowByRow(databaseUrl: string, records: number): Promise<number> {
  const orm = await MikroORM.init({ clientUrl: databaseUrl, entities: [ScratchProduct], discovery: {} });
  try {
    const connection = orm.em.getConnection();
    await connection.execute('drop table if exists bench.scratch_product');
    await connection.execute('create table bench.scratch_product (like fivaldi.product_record including all)');
    const begun = performance.now();
    for (let no = 0; no < records; no += 1) await orm.em.fork().upsert(ScratchProduct, scratchProduct(no));
    const milliseconds = performance.now() - begun;
    await connection.execute('drop table bench.scratch_product');
    return milliseconds / records;
  } finally {
    await orm.close();
  }
}

function scratchProduct(no: number) {
  const one = product(no);
  return {
    environmentId: '00000000-0000-0000-0000-000000000001',
    companyId: '00000000-0000-0000-0000-000000000002',
    productCode: one.product_code,
    name: one.name,
    eanCode: one.ean_code,
    productGroup: one.product_group,
    unit: one.unit,
    salesPrice: one.sales_price,
    purchasePrice: one.purchase_price,
    defaultToInvoice: one.default_to_invoice === '1',
    originCountry: one.origin_country,
    publicDescription: one.public_description,
    imported: true,
    writtenBy: 'bench',
  };
}
