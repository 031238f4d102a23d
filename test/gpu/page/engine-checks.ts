export const engineChecks = {};
