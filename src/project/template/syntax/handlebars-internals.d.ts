/** The type of the one inner module of Handlebars that we load: it trims whitespace around tags, in place. */
declare module 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js' {
  export default class WhitespaceControl {
    accept(program: { readonly type: 'Program' }): unknown
  }
}
