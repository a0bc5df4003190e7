CREATE TABLE service_request (
    request_id        TEXT      NOT NULL COMMENT 'Request | 诉求编号',
    customer_id       TEXT      NOT NULL COMMENT 'Customer who asked | 客户编号',
    request_type      TEXT      COMMENT 'What was asked, a code of the bank; sets the time limit | 诉求类型',
    opened_at         TIMESTAMP NOT NULL COMMENT 'Instant at which the request came in | 提出时间',
    first_response_at TIMESTAMP COMMENT 'Instant of the first answer | 首次响应时间',
    resolved_at       TIMESTAMP COMMENT 'Instant at which the request was settled; empty while it is open | 办结时间',
    paused_minutes    BIGINT    CHECK (paused_minutes >= 0)
                                COMMENT 'Minutes spent waiting for the customer, not counted against the limit | 暂停分钟数',
    source_system     TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id          TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at          TIMESTAMP DEFAULT opened_at COMMENT 'Instant at which the bank first had the row; empty means on opened_at | 知晓时间',
    PRIMARY KEY (request_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id)
) COMMENT = 'Request of a customer, such as a change of rate or of repayment method | 客户诉求';
