CREATE TABLE deposit_balance (
    customer_id   TEXT          NOT NULL COMMENT 'Customer who holds the deposits | 客户编号',
    balance_date  DATE          NOT NULL COMMENT 'Day whose close of business the row describes | 余额日期',
    balance       DECIMAL(18,2) NOT NULL COMMENT 'Deposits of all accounts, project currency; an overdraft is negative | 存款余额',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT balance_date COMMENT 'Instant at which the bank first had the row; empty means on balance_date | 知晓时间',
    PRIMARY KEY (customer_id, balance_date),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id)
) COMMENT = 'Deposits of a customer at the close of a day | 存款余额';
