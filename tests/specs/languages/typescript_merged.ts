// TypeScript: an alias of a type may have the name of a value; what is called is never the alias.
//- src/types.ts
export type Form<T> = { a: T };
//- src/form.ts
import type { Form as FormType } from './types';
export type Form<T> = FormType<T>;
//                    ^ references Form@src/types.ts
export const Form = <T>(x: T) => x;
export const Old = Form;
export type Made = { b: string };
export const Made = other();
declare function other(): any;
//- src/use.ts
import { Form, Made, Old } from './form';
export function one() { Form(1); }
//                      ^ calls Form
export function two() { Old(2); }
//                      ^ calls Form by the function that a variable holds
export function three() { Made(3); }
//                        ^ !calls *
export function four(form: Form<string>) { return form.a; }
//                                                     ^ references Form.a
