import https from 'node:https';

// Meta's SDK knows no port but 443, where a test cannot listen. This does in the process what an operator's router does
// outside of it. Certificates are checked as ever.
const port = Number(process.env['POSTERN_TEST_HTTPS_PORT']);
const { createConnection } = https.Agent.prototype as unknown as { createConnection: (options: object) => unknown };
Object.assign(https.Agent.prototype, {
  createConnection(options: object, ...rest: []) {
    return createConnection.call(this, { ...options, port }, ...rest);
  },
});
