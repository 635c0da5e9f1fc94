// Before the first paint, so that nobody who chose dark is shown a flash of light. Not a module: those wait for the page.
try {
  const chosen = localStorage.getItem('pastiche theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // No storage: the system's preference holds.
}
