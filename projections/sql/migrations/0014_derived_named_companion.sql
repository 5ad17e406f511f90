-- A later version looks for the children that an earlier one named as companions.
create index alert_named_companion on derived.alert (key) where rule = 'named-companion';
