"""Our subclasses of SpiffWorkflow's task specs: how each kind of BPMN element behaves."""
