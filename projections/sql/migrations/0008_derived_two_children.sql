-- A later version looks for the children that an earlier one named together.
create index alert_two_children on derived.alert (key) where rule = 'two-children';
