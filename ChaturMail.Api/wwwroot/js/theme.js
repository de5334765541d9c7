// Runs before the page is drawn, so that it is not drawn in the wrong theme first.
{
  const theme = localStorage.getItem('chaturmail.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
}
