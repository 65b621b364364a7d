CREATE VIEW lay_plain.overdue AS
    SELECT member.name, loan.book, loan.due_on
    FROM lay_plain.loan JOIN lay_plain.member ON member.id = loan.member_id
    WHERE loan.due_on < CURRENT_DATE;
