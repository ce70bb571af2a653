import { Type } from 'typebox';
import { graphId, oneOf } from './shapes.ts';

const ability = oneOf(['AVAILABLE', 'LIMITED', 'BLOCKED']);

/** What `health_status` shows, of whatever object. */
export const healthShape = Type.Object({
  can_send_message: ability,
  entities: Type.Array(
    Type.Object({
      entity_type: oneOf(['PHONE_NUMBER', 'WABA', 'BUSINESS', 'APP', 'MESSAGE_TEMPLATE', 'FLOW']),
      id: graphId,
      can_send_message: ability,
      errors: Type.Optional(
        Type.Array(
          Type.Object({
            error_code: Type.Integer(),
            error_description: Type.String(),
            possible_solution: Type.String(),
          }),
        ),
      ),
      additional_info: Type.Optional(Type.Array(Type.String())),
    }),
  ),
});
