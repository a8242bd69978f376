import type { View } from './in-browser.ts';

/** What the views are of: runs of a wide table and of the example, an upload of the wide table, the last row of a long one. */
export interface Subjects {
  readonly wide: string;
  readonly example: string;
  readonly upload: string;
  readonly lastRow: number;
}

const TABS = [
  ['recommendations', '.state'],
  ['timeline', 'table.timeline tbody tr'],
  ['plugins', 'table tbody tr'],
  ['artifacts', 'table tbody tr'],
  ['what-ran', '.what-ran'],
  ['lineage', 'button.entity'],
] as const;

/** Every page, at the sizes of the goals: the list first, then what a wide and a long table make of the others. */
export function viewsOf({ wide, example, upload, lastRow }: Subjects): View[] {
  const tabsOf = (name: string, run: string): View[] => [
    {
      name: `${name}: findings`,
      path: `/runs/${run}/findings`,
      stands: 'button.opener',
      deed: {
        name: 'the first opened',
        comes: 'button.opener[aria-expanded=true]',
        act: (page) => page.locator('button.opener').first().click(),
      },
    },
    ...TABS.map(([tab, stands]) => ({ name: `${name}: ${tab}`, path: `/runs/${run}/${tab}`, stands })),
  ];
  return [
    { name: 'activity', path: '/', stands: 'table tbody tr' },
    { name: 'activity, filtered', path: '/?plugin=profile_quality', stands: 'table tbody tr' },
    { name: 'datasets', path: '/datasets', stands: 'table tbody tr' },
    { name: '1,000 columns: upload', path: `/upload?u=${upload}`, stands: '.rows table tbody tr' },
    { name: '1,000 columns: new run', path: '/new?version=wide@1', stands: 'input[type=checkbox]' },
    { name: '1,000 columns: confirm', path: '/new/confirm?version=wide@1', stands: 'button.primary' },
    { name: '1,000 columns: rows', path: '/datasets/wide', stands: '.rows table tbody tr' },
    { name: '1,000 columns: columns', path: '/datasets/wide/columns', stands: 'table tbody tr' },
    { name: '1,000 columns: quality', path: '/datasets/wide/quality', stands: 'table tbody tr' },
    ...tabsOf('1,000 columns', wide),
    ...tabsOf('example', example),
    {
      name: 'long table: rows',
      path: '/datasets/long',
      stands: '.rows table tbody tr',
      deed: {
        name: `jump to row ${lastRow}`,
        comes: `a[href*="row=${lastRow}"]`,
        act: async (page) => {
          const field = page.getByLabel('Jump to row');
          await field.fill(String(lastRow));
          await field.press('Enter');
        },
      },
    },
    { name: 'long table: last row traced', path: `/datasets/long?row=${lastRow}`, stands: 'tr.marked' },
  ];
}
