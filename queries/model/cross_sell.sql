CREATE TABLE cross_sell (
    sale_id          TEXT          NOT NULL COMMENT 'Sale | 销售编号',
    customer_id      TEXT          NOT NULL COMMENT 'Customer who bought | 客户编号',
    product_category TEXT          COMMENT 'Category of the product, a code of the bank; counted once a customer and period | 产品类别',
    sale_date        DATE          NOT NULL COMMENT 'Day of the sale | 销售日期',
    officer_id       TEXT          COMMENT 'Officer who made or referred the sale; where empty, the officer who holds the loans of the customer | 客户经理编号',
    status           TEXT          CHECK (status IN ('ACTIVE', 'CANCELLED_COOLING_OFF', 'CANCELLED'))
                                   COMMENT 'Whether the sale stands; one cancelled in the cooling-off period never counts | 销售状态',
    cancelled_on     DATE          COMMENT 'Day of the cancellation | 取消日期',
    income_12m       DECIMAL(18,2) COMMENT 'Net income of the first twelve months, project currency; may be negative | 首年净收入',
    source_system    TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id         TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at         TIMESTAMP     DEFAULT sale_date COMMENT 'Instant at which the bank first had the row; empty means on sale_date | 知晓时间',
    PRIMARY KEY (sale_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT cancelled_on_not_before_sale_date CHECK (cancelled_on IS NULL OR cancelled_on >= sale_date)
) COMMENT = 'Sale of a further product to a customer | 交叉销售';
