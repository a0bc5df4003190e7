CREATE TABLE service_matrix (
    size_band          TEXT      NOT NULL COMMENT 'Size class of the customer, as in customer.size_band | 规模档次',
    product_code       TEXT      NOT NULL COMMENT 'Product, as in loan.product_code | 产品代码',
    dedicated_manager  BOOLEAN   COMMENT 'Whether a manager of their own is due to them on every day | 是否配专属客户经理',
    visit_every_months INT       CHECK (visit_every_months > 0)
                                 COMMENT 'Months from one visit to the next; empty if no visit is due | 走访间隔月数',
    max_response_hours INT       CHECK (max_response_hours > 0)
                                 COMMENT 'Longest time to a first answer, hours; empty if there is no limit | 最长响应小时数',
    source_system      TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id           TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at           TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (size_band, product_code)
) COMMENT = 'What a class of customers is to be offered | 差异化服务标准';
