CREATE TABLE external_rating (
    customer_id   TEXT          NOT NULL COMMENT 'Customer rated | 客户编号',
    agency        TEXT          NOT NULL COMMENT 'Agency or bureau, a code of the bank | 评级机构',
    rated_on      DATE          NOT NULL COMMENT 'Day of the rating | 评级日期',
    rating        TEXT          COMMENT 'Rating on the scale of the agency | 评级结果',
    pd_equivalent DECIMAL(12,8) CHECK (pd_equivalent BETWEEN 0 AND 1)
                                COMMENT 'Probability of default within 12 months that the rating stands for, a fraction | 等价违约概率',
    valid_until   DATE          COMMENT 'Last day on which the rating holds | 有效期至',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     DEFAULT rated_on COMMENT 'Instant at which the bank first had the row; empty means on rated_on | 知晓时间',
    PRIMARY KEY (customer_id, agency, rated_on),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    CONSTRAINT valid_until_not_before_rated_on CHECK (valid_until IS NULL OR valid_until >= rated_on)
) COMMENT = 'Rating or bureau record of a customer from outside the bank | 外部评级';
