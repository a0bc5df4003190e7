CREATE TABLE delinquency_pause (
    loan_id       TEXT      NOT NULL COMMENT 'Loan whose count is paused | 贷款编号',
    start_date    DATE      NOT NULL COMMENT 'First day that does not count | 暂停开始日期',
    end_date      DATE      COMMENT 'First day that counts again; empty while the pause lasts | 暂停结束日期',
    reason        TEXT      COMMENT 'Why, a code of the bank such as MORATORIUM or DISASTER | 暂停原因',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT start_date COMMENT 'Instant at which the bank first had the row; empty means on start_date | 知晓时间',
    PRIMARY KEY (loan_id, start_date),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    CONSTRAINT end_date_after_start_date CHECK (end_date IS NULL OR end_date > start_date)
) COMMENT = 'Span of days that do not count as past due, such as a moratorium | 逾期暂停';
