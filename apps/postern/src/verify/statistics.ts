import { limits } from '@postern/protocol';
import { unless, type Check } from './check.ts';

const budgetMillis = limits.statisticsMessagesEpsilonMillis + limits.statisticsPeopleEpsilonMillis;

/** The ledger of what statistics cost people's privacy, and what was released. */
export const statisticsChecks: readonly Check[] = [
  {
    statements: ['S22'],
    what: 'no day of statistics cost more than its budget, and none shows a small group',
    async look(site) {
      const [ledger] = await site.databaseOf('cloud-api').query<{ days: number; over: number; small: number }>(
        `SELECT (SELECT count(*) FROM statistics_budget) AS days,
           (SELECT count(*) FROM statistics_budget WHERE messages_epsilon_millis + people_epsilon_millis > $1) AS over,
           (SELECT count(*) FROM released_statistics WHERE people < $2 OR messages < $3) AS small`,
        // A number that may be shown is rounded afterwards.
        [
          budgetMillis,
          limits.statisticsMinPeople - limits.statisticsRounding,
          limits.statisticsMinMessages - limits.statisticsRounding,
        ],
      );
      const { days = 0, over = 0, small = 0 } = ledger ?? {};
      const problems = [
        ...(over > 0 ? [`${over} days cost more than ε = ${budgetMillis / 1000}`] : []),
        ...(small > 0 ? [`${small} cells show small numbers`] : []),
      ];
      return unless(problems, `${days} days released`);
    },
  },
  {
    statements: ['S22'],
    what: 'what was counted for statistics is gone once it is released',
    async look(site) {
      const today = Math.floor(site.nowMs / (24 * limits.hourMs));
      const [left] = await site.databaseOf('cloud-api').query<{ released: number; old: number }>(
        `SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM statistics_budget b WHERE b.day = c.day)) AS released,
           count(*) FILTER (WHERE day < $1) AS old
         FROM (SELECT day FROM statistics_days UNION SELECT day FROM statistics_contributions) c`,
        // A day is counted for two days, and looked at every ten minutes.
        [today - 3],
      );
      const count = Math.max(left?.released ?? 0, left?.old ?? 0);
      return unless(count > 0 ? [`${count} days are still there`] : [], 'nothing is left of other days');
    },
  },
];
