/** Why an administrative change was not made. Nothing was changed then. */
export type Refusal =
  | 'not_allowed'
  | 'no_such_business'
  | 'no_such_app'
  | 'no_such_business_account'
  | 'no_such_phone_number'
  | 'no_such_system_user'
  | 'no_such_token'
  | 'phone_number_taken'
  | 'too_many_phone_numbers'
  | 'too_many_apps'
  | 'app_not_granted'
  | 'expiry_in_the_past';
