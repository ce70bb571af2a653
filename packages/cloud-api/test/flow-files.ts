/** A form of two screens that needs no endpoint: a time is chosen, and confirmed. */
export const bookingFlow = {
  version: '7.3',
  screens: [
    {
      id: 'FIRST',
      title: 'Book a time',
      data: {
        name: { type: 'string', __example__: 'Ana' },
        list: { type: 'array', items: { type: 'string' }, __example__: [] },
        day: { type: 'string', __example__: 'Monday' },
      },
      layout: {
        type: 'SingleColumnLayout',
        children: [
          { type: 'TextHeading', text: '${data.name}' },
          {
            type: 'Dropdown',
            name: 'time',
            label: 'When?',
            required: true,
            'data-source': [
              { id: 'nine', title: '9:00' },
              { id: 'ten', title: '10:00' },
            ],
          },
          {
            type: 'Footer',
            label: 'Continue',
            'on-click-action': {
              name: 'navigate',
              next: { type: 'screen', name: 'LAST' },
              payload: { time: '${form.time}' },
            },
          },
        ],
      },
    },
    {
      id: 'LAST',
      title: 'Confirm',
      terminal: true,
      success: true,
      data: { time: { type: 'string', __example__: 'nine' } },
      layout: {
        type: 'SingleColumnLayout',
        children: [
          { type: 'TextBody', text: '${data.time}' },
          { type: 'TextInput', name: 'note', label: 'Anything else?' },
          {
            type: 'Footer',
            label: 'Confirm',
            'on-click-action': { name: 'complete', payload: { time: '${data.time}', note: '${form.note}' } },
          },
        ],
      },
    },
  ],
};
