import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutSql } from '../../src/report/sql-layout.ts';

describe('SQL for readers', () => {
  it('has a line per clause, with subqueries indented', () => {
    const sql =
      "WITH a AS ((SELECT x, count(*) FILTER (WHERE (y > 1)) AS n FROM (SELECT * FROM data) WHERE (z IS DISTINCT FROM 'FROM (SELECT') GROUP BY 1))SELECT sum(n) OVER (PARTITION BY x ORDER BY n) FROM a LEFT JOIN b ON (true) ORDER BY 1 LIMIT 5";
    expect(layOutSql(sql).split('\n')).toEqual([
      'WITH a AS (',
      '  (',
      '    SELECT x, count(*) FILTER (WHERE (y > 1)) AS n',
      '    FROM (',
      '      SELECT *',
      '      FROM data',
      '    )',
      "    WHERE (z IS DISTINCT FROM 'FROM (SELECT')",
      '    GROUP BY 1',
      '  )',
      ')',
      'SELECT sum(n) OVER (PARTITION BY x ORDER BY n)',
      'FROM a',
      'LEFT JOIN b ON (true)',
      'ORDER BY 1',
      'LIMIT 5',
    ]);
  });

  it('is the same text but for white space, and untouched inside quotes', () => {
    const words = [
      'SELECT',
      'FROM',
      "'a  (SELECT'",
      '"b  FROM"',
      '(',
      ')',
      ',',
      ' ',
      '  ',
      'x',
      '1',
      'WHERE',
      "''''",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (list) => {
        const sql = list.join(' ');
        const made = layOutSql(sql);
        expect(made.replace(/\s+/g, '')).toBe(sql.replace(/\s+/g, ''));
        for (const quoted of list.filter((word) => /^['"]/.test(word))) expect(made).toContain(quoted);
      }),
    );
  });

  it('that has lines or comments already is left alone', () => {
    expect(layOutSql('SELECT 1\nFROM data')).toBe('SELECT 1\nFROM data');
    expect(layOutSql('SELECT 1 -- FROM')).toBe('SELECT 1 -- FROM');
  });
});
