// Runs before the page is drawn, so that it is not drawn in the wrong theme first.
try {
  const theme = localStorage.getItem('chaturmail.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // A browser that keeps nothing shows the system's.
}
