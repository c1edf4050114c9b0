<?php
// composer require zohocrm/php-sdk-8.0
require 'vendor/autoload.php';
use com\zoho\api\authenticator\OAuthBuilder;
use com\zoho\api\authenticator\store\FileStore;
use com\zoho\crm\api\{InitializeBuilder, ParameterMap};
use com\zoho\crm\api\dc\DataCenter;
use com\zoho\crm\api\record\{GetRecordsParam, RecordOperations};

$url = '{url}';
$folder = sys_get_temp_dir() . '/zoho-' . uniqid();
mkdir($folder);
(new InitializeBuilder())
    ->environment(DataCenter::setEnvironment($url, $url . '/oauth/v2/token', $url))
    ->token((new OAuthBuilder())->clientId('{client_id}')->clientSecret('{client_secret}')
        ->refreshToken('{refresh_token}')->build())
    ->store(new FileStore($folder . '/tokens.csv'))
    ->resourcePath($folder)
    ->initialize();

$params = new ParameterMap();
$params->add(GetRecordsParam::fields(), 'Last_Name,Company');
$response = (new RecordOperations('Leads'))->getRecords($params);
foreach ($response->getObject()->getData() as $lead)
    echo $lead->getId(), ' ', $lead->getKeyValue('Last_Name'), ' ', $lead->getKeyValue('Company'), "\n";
