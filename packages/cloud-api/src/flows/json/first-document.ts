import { readFlowDocument } from './read-document.ts';

/** The file of a flow that was made without one: it can be opened, and says where it is at. */
export const firstDocument = readFlowDocument(
  JSON.stringify(
    {
      version: '7.3',
      screens: [
        {
          id: 'WELCOME_SCREEN',
          title: 'Welcome',
          terminal: true,
          success: true,
          data: {},
          layout: {
            type: 'SingleColumnLayout',
            children: [
              { type: 'TextHeading', text: 'Hello World' },
              { type: 'TextBody', text: 'This flow has no screens of its own yet.' },
              { type: 'Footer', label: 'Complete', 'on-click-action': { name: 'complete', payload: {} } },
            ],
          },
        },
      ],
    },
    null,
    2,
  ),
);
