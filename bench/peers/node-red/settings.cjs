module.exports = {
  uiHost: '127.0.0.1',
  httpAdminRoot: false,
  functionExternalModules: true,
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'error' } },
};
