using ChaturMail.Api.Auth;

namespace ChaturMail.Tests.Unit;

/// <summary>What a User-Agent is read for.</summary>
public sealed class DeviceNameTests
{
    [Theory]
    [InlineData("Dart/3.2 (dart:io)", "Dart")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("node", "node")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on macOS")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on Linux")]
    [InlineData("", "Unknown device")]
    [InlineData("Mozilla/5.0 (compatible)", "Unknown device")]
    [InlineData("<script>alert(1)</script>", "Unknown device")]
    [InlineData("/1.0", "Unknown device")]
    [InlineData("averyveryveryverylongproductname/1", "Unknown device")]
    public void ItIsReadForABrowserAndASystem(string userAgent, string name) => Assert.Equal(name, DeviceName.Read(userAgent));
}
