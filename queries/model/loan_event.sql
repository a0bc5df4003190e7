CREATE TABLE loan_event (
    event_id      TEXT          NOT NULL COMMENT 'Event | 事件编号',
    loan_id       TEXT          NOT NULL COMMENT 'Loan it happened to | 贷款编号',
    event_date    DATE          NOT NULL COMMENT 'Day it happened | 事件日期',
    event_type    TEXT          NOT NULL CHECK (event_type IN ('DISBURSEMENT', 'WRITE_OFF', 'WRITE_OFF_REVERSAL',
                                                               'RESTRUCTURE', 'SALE', 'FORECLOSURE', 'UTP_DEFAULT',
                                                               'CLASSIFICATION_CHANGE', 'RATE_CHANGE', 'PAID_OFF',
                                                               'RENEWAL'))
                                COMMENT 'What happened; UTP_DEFAULT is unlikeliness to pay | 事件类型',
    amount        DECIMAL(18,2) COMMENT 'Principal moved by the event, loan currency: paid out, written off, sold; in a RESTRUCTURE the change of principal, with its sign | 事件金额',
    from_value    TEXT          COMMENT 'Value before the event, such as the former class or rate | 变更前值',
    to_value      TEXT          COMMENT 'Value after the event, such as the new class or rate | 变更后值',
    reason_code   TEXT          COMMENT 'Why, a code such as REFINANCED_ELSEWHERE or NATURAL_MATURITY | 原因代码',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT event_date COMMENT 'Instant at which the bank first had the row; empty means on event_date | 知晓时间',
    PRIMARY KEY (event_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    CONSTRAINT amount_negative_only_in_restructure CHECK (amount >= 0 OR event_type = 'RESTRUCTURE')
) COMMENT = 'Something other than a payment that happened to a loan | 贷款事件';
