/**
 * Chains of links as CTEs to put after WITH RECURSIVE: each round doubles how far a link leads (Wyllie, "The complexity of
 * parallel computations", Cornell University, 1979), so that a chain takes as many rounds as its length has binary digits,
 * and not as many as it is long. Circles end with the rounds that a chain of all rows would take.
 */

/** Most rounds that chains in so many rows can take. */
function roundsFor(rows: number): number {
  return Math.ceil(Math.log2(rows + 1)) + 1;
}

/**
 * `name`, with the columns `member` and `root`: of each row of `links` (`member`, each once, and `above`), and of what is
 * above all others, the end that its links lead to. What leads into a circle has none.
 */
export function rootCtes(name: string, links: string, rows: number): string {
  const [rounds, walk] = [roundsFor(rows), `${name}_walk`];
  return `${walk}(node, leads_to, root, round) AS (
  SELECT member, above, NULL, 0 FROM ${links}
  UNION ALL SELECT DISTINCT above, NULL, above, 0 FROM ${links} WHERE above NOT IN (SELECT member FROM ${links})
  UNION ALL
  SELECT node, leads_to, root, round FROM (
    SELECT near.node, far.leads_to, NULL AS root, near.round + 1 AS round FROM ${walk} AS near JOIN ${walk} AS far ON far.node = near.leads_to
    WHERE far.leads_to IS NOT NULL AND near.round < ${rounds}
    UNION ALL
    SELECT near.node, NULL, far.root, near.round + 1 FROM ${walk} AS near JOIN ${walk} AS far ON far.node = near.leads_to WHERE far.root IS NOT NULL
    UNION ALL
    SELECT node, NULL, root, round + 1 FROM ${walk}
    WHERE root IS NOT NULL AND round < ${rounds} AND (SELECT count(*) FROM ${walk} WHERE leads_to IS NOT NULL) > 0
  ) AS round_after
), ${name} AS (SELECT DISTINCT node AS member, root FROM ${walk} WHERE root IS NOT NULL)`;
}

/**
 * `name`, with the columns `path_case` and `member`: all that is reached from the rows of `starts` (`path_case`, `member`)
 * along `links` (`path_case`, `member`, each once, and `above`), the starts too.
 */
export function pathCtes(name: string, starts: string, links: string, rows: number): string {
  const [rounds, walk] = [roundsFor(rows), `${name}_walk`];
  return `${walk}(path_case, node, leads_to, round) AS (
  SELECT path_case, member, above, 0 FROM ${links}
  UNION ALL SELECT path_case, member, NULL, 0 FROM ${starts}
  UNION ALL
  SELECT path_case, node, leads_to, round FROM (
    SELECT near.path_case, near.node, far.leads_to, near.round + 1 AS round
    FROM ${walk} AS near JOIN ${walk} AS far ON far.path_case = near.path_case AND far.node = near.leads_to
    WHERE far.leads_to IS NOT NULL AND near.round < ${rounds}
    UNION
    SELECT near.path_case, far.leads_to, NULL, near.round + 1
    FROM ${walk} AS near JOIN ${walk} AS far ON far.path_case = near.path_case AND far.node = near.node
    WHERE near.leads_to IS NULL AND far.leads_to IS NOT NULL AND near.round < ${rounds}
    UNION
    SELECT path_case, node, NULL, round + 1 FROM ${walk}
    WHERE leads_to IS NULL AND round < ${rounds} AND (SELECT count(*) FROM ${walk} WHERE leads_to IS NOT NULL) > 0
  ) AS round_after
), ${name} AS (SELECT DISTINCT path_case, node AS member FROM ${walk} WHERE leads_to IS NULL)`;
}
