CREATE TABLE training_record (
    officer_id    TEXT         NOT NULL COMMENT 'Officer to be trained | 客户经理编号',
    course_id     TEXT         NOT NULL COMMENT 'Course; one that is repeated has its own id each time | 课程编号',
    due_on        DATE         NOT NULL COMMENT 'Day by which it is to be completed | 应完成日期',
    completed_on  DATE         COMMENT 'Day of completion; empty if it was not completed | 完成日期',
    hours         DECIMAL(9,2) CHECK (hours >= 0) COMMENT 'Length of the course, hours | 学时',
    mandatory     BOOLEAN      COMMENT 'Whether the course is required | 是否必修',
    source_system TEXT         COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT         COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP    DEFAULT due_on COMMENT 'Instant at which the bank first had the row; empty means on due_on | 知晓时间',
    PRIMARY KEY (officer_id, course_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id)
) COMMENT = 'Course an officer was to take, taken or not | 培训记录';
