# For PowerShell: run this file with ". bin/Activate.ps1", then "deactivate" to leave.

function global:deactivate ([switch]$NonDestructive) {
    if (Test-Path Variable:_OLD_VIRTUAL_PATH) {
        $env:PATH = $global:_OLD_VIRTUAL_PATH
        Remove-Variable -Name _OLD_VIRTUAL_PATH -Scope Global
    }
    if (Test-Path Variable:_OLD_VIRTUAL_PYTHONHOME) {
        $env:PYTHONHOME = $global:_OLD_VIRTUAL_PYTHONHOME
        Remove-Variable -Name _OLD_VIRTUAL_PYTHONHOME -Scope Global
    }
    if (Test-Path Function:_OLD_VIRTUAL_PROMPT) {
        Copy-Item Function:_OLD_VIRTUAL_PROMPT Function:prompt
        Remove-Item Function:_OLD_VIRTUAL_PROMPT
    }
    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {
        if (Test-Path "Env:$name") { Remove-Item "Env:$name" }
    }
    if (-not $NonDestructive) { Remove-Item Function:deactivate }
}

# Leave another environment first.
deactivate -NonDestructive

$env:VIRTUAL_ENV = __VENV_DIR__
$env:VIRTUAL_ENV_PROMPT = __VENV_PROMPT__

$global:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = (Join-Path $env:VIRTUAL_ENV __VENV_BIN_NAME__) + [System.IO.Path]::PathSeparator + $env:PATH

# It would lead the interpreter to another standard library.
if (Test-Path Env:PYTHONHOME) {
    $global:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item Env:PYTHONHOME
}

if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    Copy-Item Function:prompt Function:global:_OLD_VIRTUAL_PROMPT
    function global:prompt {
        Write-Host -NoNewline -ForegroundColor Green "($env:VIRTUAL_ENV_PROMPT) "
        _OLD_VIRTUAL_PROMPT
    }
}
