CREATE TABLE complaint (
    complaint_id  TEXT      NOT NULL COMMENT 'Complaint | 投诉编号',
    customer_id   TEXT      NOT NULL COMMENT 'Customer who complained | 客户编号',
    loan_id       TEXT      COMMENT 'Loan it is about, if any | 贷款编号',
    received_at   TIMESTAMP NOT NULL COMMENT 'Instant at which the bank received it | 受理时间',
    incident_date DATE      COMMENT 'Day of the matter complained of; where empty, the day of receipt | 事件发生日期',
    channel       TEXT      COMMENT 'How it came in, a code of the bank | 投诉渠道',
    disposition   TEXT      CHECK (disposition IN ('VALID', 'UNSUBSTANTIATED', 'DUPLICATE', 'WITHDRAWN'))
                            COMMENT 'What was found; only VALID counts against an officer | 认定结果',
    duplicate_of  TEXT      COMMENT 'Complaint that this one repeats | 重复投诉原编号',
    complexity    TEXT      CHECK (complexity IN ('SIMPLE', 'COMPLEX'))
                            COMMENT 'Sets the time limit: 15 days or 30 | 复杂程度',
    closed_at     TIMESTAMP COMMENT 'Instant at which the complaint was settled; empty while it is open | 办结时间',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT received_at COMMENT 'Instant at which the bank first had the row; empty means on received_at | 知晓时间',
    PRIMARY KEY (complaint_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (duplicate_of) REFERENCES complaint (complaint_id)
) COMMENT = 'Complaint of a customer | 客户投诉';
