declare module 'bpmn-moddle' {
  export class BpmnModdle {
    constructor(packages: { [name: string]: unknown });
  }
}
