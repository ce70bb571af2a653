import { differs, missing, proofsIn, supported, type Section } from '../row.ts';

const graph = proofsIn('http-graph.test.ts');
const forms = proofsIn('http-graph-forms.test.ts');
const fields = proofsIn('http-graph-fields.test.ts');
const rates = proofsIn('http-call-rates.test.ts');
const templates = proofsIn('templates-list.test.ts');
const proof = proofsIn('http-secret-proof.test.ts');
const tokens = proofsIn('http-tokens.test.ts');
const health = proofsIn('http-health.test.ts');

/** Contract section 1. */
export const graphBehaviour: Section = {
  title: 'How every request is read and answered',
  rows: [
    supported('nothing of a business is reached or seen by another, on any endpoint', [
      ...proofsIn('tenant-isolation.test.ts')(
        'whatever a stranger does with an object of another business is answered as if there were none, and changes nothing',
      ),
    ]),
    supported('any version `vN.N`, or none; more slashes than needed', [
      ...graph('a path may have a version or none, a small or large v, and more slashes than it needs'),
    ]),
    supported('parameters in the query, as JSON, as a form, as a form in several parts', [
      ...forms('a message may be sent by query, JSON, form and form in several parts'),
      ...forms('a form may write lists and objects with brackets'),
    ]),
    supported('an explicit null is the same as nothing; flags in many spellings', [
      ...forms('an explicit null is as if it were not there, in JSON', 'a flag may be written in many ways'),
    ]),
    supported('`Bearer`, `OAuth`, `access_token`', graph('a token may come as Bearer, as OAuth, or as a parameter')),
    supported('`method` among the parameters', forms('the method may stand in the parameters, wherever they are')),
    supported('HEAD, OPTIONS and requests of browsers from elsewhere', [
      ...forms('a method that there is not is refused, and HEAD changes nothing'),
      ...forms('a browser is told that a page of elsewhere may call, whatever the path'),
    ]),
    supported('errors: envelope, codes 104 and 190, unknown object 100/33, unknown edge 2500', [
      ...graph('without a token the answer is 401 with code 104'),
      ...graph('a token that nobody issued is 401 with code 190, whatever it looks like'),
      ...graph('an object of another business cannot be told from one that does not exist'),
      ...graph('an edge that the object has not is code 2500'),
    ]),
    differs('headers of the Graph', '`x-fb-rev` and `x-fb-debug`, which name builds of Meta, are left out.', [
      ...graph('an answer carries the headers of the Graph, and the version that was asked for'),
    ]),
    supported('`etag` and `if-none-match`', forms('who has an answer already is told that it is the same')),
    supported('`fields`, nested, and edges as fields', [
      ...fields('an object, and each of a list, is cut down to the fields in braces, however deep'),
      ...fields(
        'a field that is the name of an edge is answered as the edge would be, beside the fields of the object',
      ),
    ]),
    supported('several requests in one, and several objects at once', [
      ...proofsIn('conformance/endpoints.test.ts')('POST /', 'GET /'),
    ]),
    supported('`appsecret_proof`, which an app can be set to require', [
      ...proof('a proof that the caller knows the secret of the app is checked wherever it stands'),
      ...proof('an app that requires the proof is not acted for without it, and is again when it does so no more'),
    ]),
    supported('`me`', tokens('me is the user of a token, and the app of an app token, also inside a batch')),
    supported('codes of embedded signup', [
      ...tokens('a code of embedded signup becomes a token that acts on the account, and says when it ends'),
    ]),
    supported('whatever parameters come, a success or a Graph error', [
      ...proofsIn('parameters-fuzz.test.ts')(
        'every endpoint answers whatever parameters it gets, wherever they stand, with a success or a Graph error of the sender',
      ),
    ]),
    supported('`health_status` with its reasons', [
      ...health('an account without a registered number can send nothing, and its health says so until there is one'),
      ...health('who subscribes to the account is told nothing about missing webhooks any more'),
    ]),
    missing('edges inside the braces of another edge', 'They are refused as fields that there are not (100).', [
      ...fields('fields that cannot be read, and edges that there are not, are refused'),
    ]),
    supported('lists in pages, `next` and `previous` as whole URLs of the host that was called', [
      ...templates(
        'a list is paged in both directions by whole URLs of the caller’s own host, with their token if it came that way',
      ),
    ]),
    supported('every list from its end as from its beginning (`before`)', [
      ...proofsIn('http-block-users.test.ts')('the list comes in pages, and holds so many people and no more'),
      ...proofsIn('audit-http.test.ts')(
        'a list goes on where the last one ended, and shows that the log is a continuation',
      ),
    ]),
    supported('rates of management calls, told in headers, and of new templates', [
      ...rates(
        'the 201st call for an account without a registered number is refused with 80007, and one an hour later is answered',
      ),
      ...rates('a registered number gives an account more calls within a minute, and other accounts have their own'),
      ...rates('the 101st template of an hour is refused, and what was refused before did not count'),
    ]),
    supported('`GET /` of a version is no OAuthException', graph('the root says where one is, without a token')),
    supported('HTTPS of its own', [
      ...proofsIn('https-listener.test.ts')('the Cloud API answers by HTTPS too, with URLs that are HTTPS'),
    ]),
  ],
};
